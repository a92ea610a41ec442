# Oracle for equipoise.statistics.estimation.fit_linear_moments and for absorbed strata:
# clubSandwich's vcovCR and coef_test with explicit stratum indicators, estimatr's lm_lin, on
# Hsb82 (160 American schools) and on star (treatment varies inside schools) of mlmRev.
# Run: Rscript linear_moments.R OUT.json
# (Debian: r-cran-clubsandwich r-cran-estimatr r-cran-mlmrev r-cran-jsonlite)
suppressMessages({library(clubSandwich); library(estimatr); library(mlmRev); library(jsonlite)})

data(Hsb82); data(star)
Hsb82$catholic <- as.numeric(Hsb82$sector == "Catholic")
Hsb82$number <- match(as.character(Hsb82$school), sort(unique(as.character(Hsb82$school))))
Hsb82$block <- factor(Hsb82$number %% 12)
Hsb82$flat <- 1 + Hsb82$number %% 3
Hsb82$steep <- 2 + round(Hsb82$ses, 1)^2
first <- subset(star, gr == "K" & !is.na(math) & !is.na(cltype))
first$small <- as.numeric(first$cltype == "small")
first$aide <- as.numeric(first$cltype == "reg+A")

case <- function(name, fit, cluster, keep, inverse = FALSE, types = c("CR0", "CR1", "CR1S", "CR2", "CR3")) {
  answers <- lapply(types, function(type) {
    vcov <- vcovCR(fit, cluster = cluster, type = type, inverse_var = inverse)
    test <- coef_test(fit, vcov = vcov, test = "Satterthwaite")
    at <- match(keep, names(coef(fit)))
    list(type = type, beta = test$beta[at], se = test$SE[at], df = test$df[at])
  })
  list(name = name, working = if (inverse) "inverse_weights" else "identity", answers = answers)
}
both <- c("catholic", "cses")
with_constant <- c("(Intercept)", both)
plain <- lm(mAch ~ catholic + cses, Hsb82)
strata <- lm(mAch ~ 0 + block + catholic + cses, Hsb82)
flat <- lm(mAch ~ 0 + block + catholic + cses, Hsb82, weights = flat)
steep <- lm(mAch ~ 0 + block + catholic + cses, Hsb82, weights = steep)
inside <- lm(math ~ small + aide, first)
some <- c("CR0", "CR2", "CR3")
cases <- list(
  case("plain", plain, Hsb82$school, with_constant),
  case("strata", strata, Hsb82$school, both),
  case("flat", flat, Hsb82$school, both),
  case("flat_inverse", flat, Hsb82$school, both, TRUE, some),
  case("steep", steep, Hsb82$school, both, FALSE, some),
  case("star", inside, first$sch, c("(Intercept)", "small", "aide"))
)
lin <- lm_lin(mAch ~ catholic, covariates = ~ cses + ses, data = Hsb82, clusters = school,
              se_type = "CR2")
cat(toJSON(list(r = R.version.string, clubSandwich = as.character(packageVersion("clubSandwich")),
                estimatr = as.character(packageVersion("estimatr")), cases = cases,
                lin = list(beta = unname(lin$coefficients["catholic"]),
                           se = unname(lin$std.error["catholic"]),
                           df = unname(lin$df["catholic"]))),
           digits = NA, auto_unbox = TRUE, null = "null"),
    file = commandArgs(trailingOnly = TRUE)[1])
