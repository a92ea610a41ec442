# Oracle of tests/statistics/test_ratio.py: R survey 4.1-1, svyratio by arm.
# Rscript ratio.R > ratio.json
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust", digits = 15)
set.seed(20240903)
n <- 40
unit <- rep(1:30, length.out = n)
stratum_of <- rep(1:4, c(8, 9, 6, 7))
arm_of <- c(rep(0:1, 4), rep(0:1, length.out = 9), c(0, 1, 1, 1, 1, 1), rep(0:1, length.out = 7))
x <- rpois(n, 12); x[c(3, 11, 17)] <- 0
y <- rbinom(n, x, 0.4 + 0.1 * arm_of[unit])
share <- tapply(arm_of, stratum_of, mean)
p <- ifelse(arm_of == 1, share[stratum_of], 1 - share[stratum_of])
d <- data.frame(unit, y, x, arm = arm_of[unit], stratum = stratum_of[unit], w = 1 / p[unit])
d$cell <- paste(d$stratum, d$arm)
one <- function(a, weighted) {
  d$use <- if (weighted) d$w else 1
  full <- svydesign(ids = ~unit, strata = ~cell, weights = ~use, data = d[d$arm == a, ])
  fit <- svyratio(~y, ~x, full)
  c(coef(fit), vcov(fit))
}
row <- function(v) paste0("[", paste(format(v, digits = 15, trim = TRUE), collapse = ", "), "]")
cat("{\n", paste0('  "', names(d)[1:6], '": ', sapply(d[1:6], row), collapse = ",\n"), ",\n",
    '  "plain": [', row(one(0, FALSE)), ", ", row(one(1, FALSE)), "],\n",
    '  "weighted": [', row(one(0, TRUE)), ", ", row(one(1, TRUE)), "]\n}\n", sep = "")
