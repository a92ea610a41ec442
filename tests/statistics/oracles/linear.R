# Oracle for equipoise.statistics.estimation.fit_linear: clubSandwich's vcovCR and coef_test on
# real data shipped with R packages and on a simulated trial of weighted schools.
# Run: Rscript linear.R OUT.json    (Debian: r-cran-clubsandwich r-cran-estimatr r-cran-jsonlite)
suppressMessages({library(clubSandwich); library(estimatr); library(jsonlite)})

coefficients <- function(fit, cluster, type, inverse_var = NULL) {
  vcov <- vcovCR(fit, cluster = cluster, type = type, inverse_var = inverse_var)
  test <- coef_test(fit, vcov = vcov, test = "Satterthwaite")
  list(type = type, beta = test$beta, se = test$SE, df = test$df, vcov = as.matrix(vcov))
}

case <- function(name, fit, cluster, types, weights = NULL, inverse = FALSE, outcome) {
  fits <- lapply(types, function(type) coefficients(fit, cluster, type))
  inverse_fits <- if (inverse) lapply(types, function(type) coefficients(fit, cluster, type, TRUE))
  list(name = name, y = as.numeric(outcome), design = unname(model.matrix(fit)),
       weights = weights, clusters = as.integer(factor(cluster)),
       identity = fits, inverse_weights = inverse_fits)
}

all_types <- c("CR0", "CR1", "CR1S", "CR2", "CR3")
cases <- list()

# 1. Lin (2013): STAR project at a Canadian university, men; one row per student (estimatr).
data(alo_star_men)
star <- alo_star_men[, c("gpa0", "sfsp", "GPA_year1")]
star$weight <- round(1 + star$gpa0 / 40, 3)
fit <- lm(GPA_year1 ~ sfsp + gpa0, data = star)
cases[[1]] <- case("alo_star_men", fit, seq_len(nrow(star)), c("CR2", "CR3"),
                   outcome = star$GPA_year1)
fit <- lm(GPA_year1 ~ sfsp + gpa0, data = star, weights = weight)
cases[[2]] <- case("alo_star_men_weighted", fit, seq_len(nrow(star)), c("CR2", "CR3"),
                   weights = star$weight, inverse = TRUE, outcome = star$GPA_year1)

# 2. Angrist and Lavy: Achievement Awards, pair-matched schools, girls of 2001, every sixth (to
#    keep the fixture small).
data(AchievementAwardsRCT)
girls <- subset(as.data.frame(AchievementAwardsRCT), year == "2001" & sex == "Girl")
girls <- girls[order(girls$student_id), ][seq(1, nrow(girls), by = 6), ]
girls <- girls[complete.cases(girls[, c("Bagrut_status", "treated", "pair", "siblings", "father_ed")]), ]
both <- names(which(tapply(girls$treated, girls$pair, function(x) length(unique(x))) == 2))
girls <- girls[girls$pair %in% both, ]
fit <- lm(Bagrut_status ~ 0 + factor(pair) + treated + siblings + father_ed, data = girls)
cases[[3]] <- case("achievement_awards", fit, girls$school_id, c("CR0", "CR1", "CR1S", "CR2"),
                   outcome = girls$Bagrut_status)
cases[[3]]$types_note <- "CR3 is left out: in pairs a school may determine a coefficient"
girls$weight <- 1 + girls$siblings
fit <- lm(Bagrut_status ~ treated + siblings + father_ed, data = girls, weights = weight)
cases[[4]] <- case("achievement_awards_weighted", fit, girls$school_id, all_types,
                   weights = girls$weight, inverse = TRUE, outcome = girls$Bagrut_status)

# 3. A simulated trial of 60 schools in 4 authorities, weights roll times inverse realised share.
set.seed(20)
schools <- data.frame(la = rep(1:4, each = 15), roll = round(exp(rnorm(60, 5.5, 0.6))))
schools$arm <- unlist(lapply(1:4, function(s) sample(rep(0:1, c(9, 6)))))
schools$baseline <- rnorm(60)
schools$rate <- 30 + 4 * schools$la + 5 * schools$baseline - 2 * schools$arm + rnorm(60, sd = 6)
schools$weight <- schools$roll / ifelse(schools$arm == 1, 6 / 15, 9 / 15)
fit <- lm(rate ~ 0 + factor(la) + arm + baseline, data = schools, weights = weight)
cases[[5]] <- case("schools_weighted", fit, seq_len(60), c("CR2", "CR3"), weights = schools$weight,
                   inverse = TRUE, outcome = schools$rate)

# 4. DSLs in those schools: one to four rows a school.
dsls <- schools[rep(1:60, times = rep(1:4, 15)), ]
dsls$school <- rep(1:60, times = rep(1:4, 15))
dsls$score <- 20 + dsls$baseline + dsls$arm + rnorm(60)[dsls$school] + rnorm(nrow(dsls), sd = 3)
fit <- lm(score ~ 0 + factor(la) + arm + baseline, data = dsls, weights = weight)
cases[[6]] <- case("dsls_weighted", fit, dsls$school, all_types, weights = dsls$weight,
                   inverse = TRUE, outcome = dsls$score)
fit <- lm(score ~ 0 + factor(la) + arm + baseline, data = dsls)
cases[[7]] <- case("dsls", fit, dsls$school, all_types, outcome = dsls$score)
robust <- lm_robust(score ~ 0 + factor(la) + arm + baseline, data = dsls, clusters = school,
                    se_type = "CR2")
cases[[7]]$estimatr <- list(se = unname(robust$std.error), df = unname(robust$df))

cat(toJSON(list(r = R.version.string, clubSandwich = as.character(packageVersion("clubSandwich")),
                estimatr = as.character(packageVersion("estimatr")), cases = cases),
           digits = NA, auto_unbox = TRUE, null = "null", pretty = FALSE),
    file = commandArgs(trailingOnly = TRUE)[1])
