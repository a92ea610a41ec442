# Oracle of tests/statistics/estimation/test_rubin.py: R mice 3.15.
# Rscript rubin.R > rubin.json
suppressMessages({library(mice); library(jsonlite)})
scalar <- function(q, u, n, k) {
  p <- pool.scalar(Q = q, U = u, n = n, k = k)
  list(q = q, u = u, df_complete = n - k, estimate = p$qbar, variance = p$t, within = p$ubar,
       between = p$b, df = p$df, increase = p$r, missing_information = p$fmi)
}
# nhanes (in mice): age, chl and bmi of 25 people; the estimates of each completed data set are
# stored, so the imputations themselves need not be repeated.
imp <- mice(nhanes, m = 20, seed = 23109, print = FALSE)
fits <- with(imp, lm(chl ~ age + bmi))$analyses
pooled <- pool(with(imp, lm(chl ~ age + bmi)))$pooled
nhanes_case <- list(
  q = lapply(1:3, function(j) sapply(fits, function(f) unname(coef(f)[j]))),
  u = lapply(1:3, function(j) sapply(fits, function(f) unname(diag(vcov(f))[j]))),
  df_complete = df.residual(fits[[1]]), estimate = pooled$estimate, variance = pooled$t,
  df = pooled$df, increase = pooled$riv, missing_information = pooled$fmi)
answer <- list(
  scalars = list(
    scalar(c(1.2, 0.8, 1.1, 1.5, 0.9), c(.10, .12, .09, .11, .10), 94, 28),
    scalar(c(-3.1, -2.2, -4.8), c(1.0, 1.3, 0.8), 40, 6),
    scalar(seq(-1, 1, length.out = 50), rep(.02, 50), 1e5, 2)),
  nhanes = nhanes_case)
cat(toJSON(answer, digits = NA, auto_unbox = TRUE), "\n")
