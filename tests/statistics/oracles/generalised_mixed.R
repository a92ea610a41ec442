# Oracle for equipoise.statistics.estimation.fit_generalised_mixed, fit_beta_binomial and
# marginal_effect: lme4's glmer and glmer.nb, glmmTMB, and R's integrate cluster by cluster, on
# real data shipped with R packages and on a simulated trial of 60 schools in 4 authorities.
# Run: Rscript generalised_mixed.R OUT.json
# (Debian: r-cran-lme4 r-cran-glmmtmb r-cran-mlmrev r-cran-jsonlite)
suppressMessages({library(lme4); library(glmmTMB); library(jsonlite); library(MASS)})
data(Contraception, guImmun, package = "mlmRev")
tight <- glmerControl(optimizer = "bobyqa", tolPwrss = 1e-12, check.conv.singular = "ignore",
                      optCtrl = list(rhoend = 1e-10, maxfun = 1e5))
strict <- glmmTMBControl(optCtrl = list(iter.max = 1000, eval.max = 1000, rel.tol = 1e-13,
                                        x.tol = 1e-10))

answers <- list()
keep <- function(name, ...) answers[[length(answers) + 1]] <<- list(name = name, ...)

lme <- function(fit) {
  terms <- as.data.frame(VarCorr(fit))
  list(beta = unname(fixef(fit)), se = unname(sqrt(diag(as.matrix(vcov(fit))))),
       groups = terms$grp, sd = terms$sdcor, loglik = as.numeric(logLik(fit)))
}
tmb <- function(fit) {
  sds <- unlist(lapply(VarCorr(fit)$cond, function(v) attr(v, "stddev")))
  list(beta = unname(fixef(fit)$cond), se = unname(sqrt(diag(vcov(fit)$cond))),
       groups = names(VarCorr(fit)$cond), sd = unname(sds), loglik = as.numeric(logLik(fit)),
       size = sigma(fit))
}
# The log-likelihood at given parameters, by integrate, cluster by cluster.
exact <- function(density, eta, cluster, sd) {
  sum(sapply(split(seq_along(eta), cluster), function(rows) {
    height <- function(u) sapply(u, function(v) sum(density(rows, eta[rows] + sd * v)) +
                                   dnorm(v, log = TRUE))
    peak <- optimize(height, c(-8, 8), maximum = TRUE, tol = 1e-10)
    part <- function(u) exp(height(u) - peak$objective)
    near <- c(-12, peak$maximum - 1, peak$maximum, peak$maximum + 1, 12)
    pieces <- mapply(function(a, b) integrate(part, a, b, rel.tol = 1e-12,
                                              subdivisions = 2000)$value,
                     head(near, -1), tail(near, -1))
    peak$objective + log(sum(pieces))
  }))
}

# 1. Binomial (k, n): contagious bovine pleuropneumonia, four periods in 15 herds.
formula <- cbind(incidence, size - incidence) ~ period + (1 | herd)
fit <- glmer(formula, cbpp, binomial, control = tight)
keep("cbpp", quadrature = 1, lme4 = lme(fit), glmmTMB = tmb(glmmTMB(formula, cbpp, binomial,
                                                                    control = strict)))
for (nodes in c(9, 25)) {
  fit <- glmer(formula, cbpp, binomial, nAGQ = nodes, control = tight)
  eta <- as.numeric(model.matrix(fit) %*% fixef(fit))
  value <- exact(function(i, e) dbinom(cbpp$incidence[i], cbpp$size[i], plogis(e), log = TRUE),
                 eta, cbpp$herd, getME(fit, "theta"))
  answer <- lme(fit)
  answer$loglik <- NULL   # lme4 leaves out constants at nAGQ > 1
  keep("cbpp", quadrature = nodes, lme4 = answer, exact = value)
}

# 2. Rows of 0 and 1 with covariates of the row: contraception in 60 districts.
formula <- use ~ age + I(age^2) + urban + (1 | district)
fit <- glmer(formula, Contraception, binomial, control = tight)
keep("Contraception", quadrature = 1, lme4 = lme(fit),
     glmmTMB = tmb(glmmTMB(formula, Contraception, binomial, control = strict)))
fit <- glmer(formula, Contraception, binomial, nAGQ = 11, control = tight)
y <- as.integer(Contraception$use == "Y")
value <- exact(function(i, e) dbinom(y[i], 1, plogis(e), log = TRUE),
               as.numeric(model.matrix(fit) %*% fixef(fit)), Contraception$district,
               getME(fit, "theta"))
answer <- lme(fit); answer$loglik <- NULL
keep("Contraception", quadrature = 11, lme4 = answer, exact = value)

# 3. Two nested levels: immunisation of children of mothers in communities of Guatemala.
formula <- immun ~ kid2p + mom25p + rural + (1 | mom) + (1 | comm)
fit <- glmer(formula, guImmun, binomial, control = tight)
keep("guImmun", quadrature = 1, lme4 = lme(fit),
     glmmTMB = tmb(glmmTMB(formula, guImmun, binomial, control = strict)))

# 4. Poisson: ticks on grouse chicks, broods in locations; herds with a log offset.
formula <- TICKS ~ YEAR + cHEIGHT + (1 | BROOD)
fit <- glmer(formula, grouseticks, poisson, control = tight)
keep("grouseticks", quadrature = 1, lme4 = lme(fit),
     glmmTMB = tmb(glmmTMB(formula, grouseticks, poisson, control = strict)))
fit <- glmer(formula, grouseticks, poisson, nAGQ = 15, control = tight)
value <- exact(function(i, e) dpois(grouseticks$TICKS[i], exp(e), log = TRUE),
               as.numeric(model.matrix(fit) %*% fixef(fit)), grouseticks$BROOD,
               getME(fit, "theta"))
answer <- lme(fit); answer$loglik <- NULL
keep("grouseticks", quadrature = 15, lme4 = answer, exact = value)
formula <- TICKS ~ YEAR + cHEIGHT + (1 | BROOD) + (1 | LOCATION)
fit <- glmer(formula, grouseticks, poisson, control = tight)
keep("grouseticks_nested", quadrature = 1, lme4 = lme(fit),
     glmmTMB = tmb(glmmTMB(formula, grouseticks, poisson, control = strict)))
formula <- incidence ~ period + (1 | herd) + offset(log(size))
fit <- glmer(formula, cbpp, poisson, control = tight)
keep("cbpp_rate", quadrature = 1, lme4 = lme(fit),
     glmmTMB = tmb(glmmTMB(formula, cbpp, poisson, control = strict)))

# 5. Negative binomial: seizures of 59 patients; ticks by location, and by brood in location.
formula <- y ~ lbase + trt + V4 + (1 | subject)
fit <- glmer.nb(formula, epil, control = tight, nb.control = list(tol = 1e-9))
# Its Laplace takes expected weights; the true log-likelihood of its estimates is this one.
value <- exact(function(i, e) dnbinom(epil$y[i], size = getME(fit, "glmer.nb.theta"),
                                      mu = exp(e), log = TRUE),
               as.numeric(model.matrix(fit) %*% fixef(fit)), epil$subject, getME(fit, "theta"))
keep("epil", quadrature = 1, exact_nb = value, lme4 = c(lme(fit), size = getME(fit, "glmer.nb.theta")),
     glmmTMB = tmb(glmmTMB(formula, epil, nbinom2, control = strict)))
formula <- TICKS ~ YEAR + cHEIGHT + (1 | LOCATION)
keep("grouseticks_nb", quadrature = 1,
     glmmTMB = tmb(glmmTMB(formula, grouseticks, nbinom2, control = strict)))
formula <- TICKS ~ YEAR + cHEIGHT + (1 | BROOD) + (1 | LOCATION)
keep("grouseticks_nb_nested", quadrature = 1,
     glmmTMB = tmb(glmmTMB(formula, grouseticks, nbinom2, control = strict)))

# 6. A simulated trial: 60 schools in 4 authorities, pupils with an event out of the roll.
set.seed(41)
schools <- data.frame(authority = rep(1:4, each = 15), roll = round(exp(rnorm(60, 5.2, 0.6))))
schools$arm <- unlist(lapply(1:4, function(a) sample(rep(0:1, c(9, 6)))))
schools$school <- 1:60
eta <- -3.4 + c(-0.4, 0.2, 0.5, -0.1)[schools$authority] - 0.3 * schools$arm + rnorm(60, sd = 0.5)
schools$events <- rbinom(60, schools$roll, plogis(eta))
schools$chance <- rbinom(60, schools$roll, plogis(-2 + 0 * eta))
both <- cbind(events, roll - events) ~ 0 + factor(authority) + arm
fit <- glmer(update(both, . ~ . + (1 | school)), schools, binomial, control = tight)
full <- glmmTMB(update(both, . ~ . + (1 | school)), schools, binomial, control = strict)
keep("schools", quadrature = 1, lme4 = lme(fit), glmmTMB = tmb(full))
nested <- cbind(events, roll - events) ~ arm + (1 | school) + (1 | authority)
keep("schools_nested", quadrature = 1, lme4 = lme(glmer(nested, schools, binomial, control = tight)),
     glmmTMB = tmb(glmmTMB(nested, schools, binomial, control = strict)))
chance <- cbind(chance, roll - chance) ~ arm + (1 | school)
keep("schools_chance", quadrature = 1, lme4 = lme(glmer(chance, schools, binomial, control = tight)))
rate <- events ~ 0 + factor(authority) + arm + (1 | school) + offset(log(roll))
keep("schools_rate", quadrature = 1, lme4 = lme(glmer(rate, schools, poisson, control = tight)))

# Standardisation of the schools' model over roll or schools, integrated over the random effect;
# the error by the delta method from glmmTMB's joint covariance of (beta, log sd).
standardised <- function(parameters, weight) {
  X <- model.matrix(~ 0 + factor(authority) + arm, schools)
  share <- function(arm) {
    X[, 5] <- arm
    eta <- as.numeric(X %*% parameters[1:5])
    weighted.mean(sapply(eta, function(e) integrate(function(u)
      plogis(e + exp(parameters[6]) * u) * dnorm(u), -12, 12, rel.tol = 1e-12,
      subdivisions = 1000)$value), weight)
  }
  low <- share(0); high <- share(1)
  c(low, high, high - low, log(high / low))
}
joint <- vcov(full, full = TRUE)
at <- c(fixef(full)$cond, log(attr(VarCorr(full)$cond$school, "stddev")))
for (by in c("pupils", "schools")) {
  weight <- if (by == "pupils") schools$roll else rep(1, 60)
  slope <- sapply(1:6, function(k) {
    step <- replace(numeric(6), k, 1e-4)
    (standardised(at + step, weight) - standardised(at - step, weight)) / 2e-4
  })
  value <- standardised(at, weight)
  keep(paste0("marginal_", by), low = value[1], high = value[2], difference = value[3],
       log_ratio = value[4], se = sqrt(diag(slope %*% joint %*% t(slope))))
}

# 7. Beta-binomial.
fit <- glmmTMB(cbind(incidence, size - incidence) ~ period, cbpp, betabinomial, control = strict)
keep("beta_cbpp", glmmTMB = list(beta = unname(fixef(fit)$cond), precision = sigma(fit),
     se = unname(sqrt(diag(vcov(fit)$cond))), loglik = as.numeric(logLik(fit))))
fit <- glmmTMB(both, schools, betabinomial, control = strict)
keep("beta_schools", glmmTMB = list(beta = unname(fixef(fit)$cond), precision = sigma(fit),
     se = unname(sqrt(diag(vcov(fit)$cond))), loglik = as.numeric(logLik(fit))))

cat(toJSON(list(r = R.version.string, lme4 = as.character(packageVersion("lme4")),
                glmmTMB = as.character(packageVersion("glmmTMB")), schools = schools,
                answers = answers),
           digits = NA, auto_unbox = TRUE, null = "null", dataframe = "columns", na = "null"),
    file = commandArgs(trailingOnly = TRUE)[1])
