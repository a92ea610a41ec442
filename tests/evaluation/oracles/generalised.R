# Oracle of tests/evaluation/analysis/test_generalised.py: lme4, lmerTest, pbkrtest and geepack on
# public data. Rscript generalised.R > generalised.json
# Tennessee STAR (mlmRev), kindergarten reading, class as cluster, school as stratum; and lme4's
# cbpp, cases of a cattle disease out of a herd's animals, herds of odd number as one arm.
suppressMessages({library(mlmRev); library(lme4); library(lmerTest); library(geepack)})
d <- subset(star, gr == "K" & cltype %in% c("small", "reg") & !is.na(tch))
both <- tapply(d$cltype, droplevels(d$sch), function(x) length(unique(x)))
d <- subset(d, sch %in% names(both)[both == 2] & !is.na(read))
d <- data.frame(read = d$read, small = as.numeric(d$cltype == "small"),
                sch = as.character(d$sch), tch = as.character(d$tch))
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5))
fit <- lmer(read ~ small + sch + (1 | tch), d, control = tight)
s <- coef(summary(fit, ddf = "Satterthwaite"))["small", ]
k <- coef(summary(fit, ddf = "Kenward-Roger"))["small", ]
v <- as.data.frame(VarCorr(fit))$vcov
f <- function(x) format(as.numeric(x), digits = 15)
row <- function(name, ...) {
  parts <- c(...)
  sprintf('"%s": {%s}', name, paste(sprintf('"%s": %s', names(parts), f(parts)), collapse = ", "))
}
out <- c(
  row("lmm", estimate = s[["Estimate"]], se = s[["Std. Error"]], df = s[["df"]],
      icc = v[1] / sum(v)),
  row("kenward-roger", estimate = k[["Estimate"]], se = k[["Std. Error"]], df = k[["df"]]))

c2 <- transform(cbpp, odd = as.numeric(as.integer(as.character(herd)) %% 2), animals = size)
ctl <- glmerControl(optimizer = "bobyqa", tolPwrss = 1e-12, optCtrl = list(rhoend = 1e-12, maxfun = 1e5))
p <- glmer(incidence ~ odd + offset(log(animals)) + (1 | herd), c2, poisson, control = ctl)
b <- glmer(cbind(incidence, animals - incidence) ~ odd + (1 | herd), c2, binomial, control = ctl)
mean_of <- function(fit, inverse) {
  beta <- fixef(fit); sd <- sqrt(VarCorr(fit)$herd[1])
  sapply(c(0, 1), function(t) integrate(function(u) inverse(beta[1] + beta[2] * t + sd * u) *
    dnorm(u), -12, 12, rel.tol = 1e-12)$value)
}
mp <- mean_of(p, exp); mb <- mean_of(b, plogis)
g <- geeglm(incidence ~ odd + offset(log(animals)), poisson, c2, id = herd, corstr = "exchangeable",
            control = geese.control(epsilon = 1e-12, maxit = 200))
mg <- unname(exp(coef(g)[1] + c(0, coef(g)[2])))
out <- c(out,
  row("poisson", coefficient = fixef(p)[["odd"]], reference = 1000 * mp[1], arm = 1000 * mp[2]),
  row("binomial", coefficient = fixef(b)[["odd"]], reference = 1000 * mb[1], arm = 1000 * mb[2]),
  row("gee", coefficient = coef(g)[["odd"]], reference = 1000 * mg[1], arm = 1000 * mg[2],
      coefficient_se = coef(summary(g))["odd", "Std.err"]))
cat("{\n  ", paste(out, collapse = ",\n  "), "\n}\n", sep = "")
