# glmmTMB: the fixed effects profiled out, as its help (?glmmTMBControl) advises for speed; its
# errors are then a little off. One thread is faster here than two.
here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
source(file.path(dirname(here), "session.R"))
needs("glmmTMB")
suppressWarnings(suppressMessages(library(glmmTMB)))

control <- glmmTMBControl(profile = TRUE, parallel = 1)
treated <- function(fit) {
  shown <- coef(summary(fit))$cond["treated", ]
  c(shown[[1]], shown[[2]], NA)
}

serve("glmmTMB", list(
  binomial = list(
    data = function() table_of("schools"),
    run = function(d) {
      treated(glmmTMB(
        cbind(events, roll - events) ~ 0 + authority + treated + (1 | school), d,
        family = binomial, control = control
      ))
    }
  ),
  poisson = list(
    data = function() table_of("schools"),
    run = function(d) {
      treated(glmmTMB(
        events ~ 0 + authority + treated + offset(log(roll)) + (1 | school), d,
        family = poisson, control = control
      ))
    }
  ),
  negbin = list(
    data = function() table_of("visits"),
    run = function(d) {
      treated(glmmTMB(
        visits ~ 0 + authority + treated + offset(log(roll)) + (1 | school), d,
        family = nbinom2, control = control
      ))
    }
  ),
  betabinomial = list(
    data = function() table_of("schools"),
    run = function(d) {
      treated(glmmTMB(
        cbind(events, roll - events) ~ 0 + authority + treated, d,
        family = betabinomial, control = control
      ))
    }
  )
))
