# clubSandwich: its own way with pupil rows builds a matrix of pupils by pupils for each school.
# Where every regressor is constant in schools, means of schools weighted by their rolls and
# inverse_var = TRUE give the same numbers, and are its fastest way.
here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
source(file.path(dirname(here), "session.R"))
needs("clubSandwich")
suppressMessages(library(clubSandwich))

robust <- function(fit, cluster, type, ...) {
  vcov <- vcovCR(fit, cluster = cluster, type = type, ...)
  shown <- as.data.frame(coef_test(fit, vcov = vcov, test = "Satterthwaite", coefs = "treated"))
  at <- function(pattern) shown[[grep(pattern, names(shown))[1]]]
  c(at("^beta"), at("^SE"), at("^df"))
}
by_school <- function(type) list(
  data = function() table_of("schools"),
  run = function(d) {
    fit <- lm(score ~ 0 + authority + treated, d, weights = roll)
    robust(fit, d$school, type, inverse_var = TRUE)
  }
)

by_pupil <- function(type) list(
  data = function() table_of("pupils"),
  run = function(d) {
    fit <- lm(score ~ 0 + authority + treated + baseline, d)
    robust(fit, d$school, type)
  }
)

serve("clubSandwich", list(
  `cr2-schools` = by_school("CR2"), `cr3-schools` = by_school("CR3"),
  cr2 = by_pupil("CR2"), cr3 = by_pupil("CR3")
))
