# Oracle of tests/statistics/estimation/test_meta.py: R metafor 3.8-1 on data sets of metadat 1.2-0.
# Rscript meta.R > meta.json
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
tight <- list(maxiter = 1e5, threshold = 1e-12, tau2.max = 1e4, tol = 1e-14)
bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
data <- list(
  bcg = bcg[, c("yi", "vi")],
  bcg_rd = escalc("RD", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)[, c("yi", "vi")],
  raudenbush1985 = dat.raudenbush1985[, c("yi", "vi")],
  bangertdrowns2004 = dat.bangertdrowns2004[, c("yi", "vi")],
  normand1999 = escalc("MD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i,
                       data = dat.normand1999)[, c("yi", "vi")],
  collins1985b = na.omit(escalc("OR", ai = pre.xti, n1i = pre.nti, ci = pre.xci, n2i = pre.nci,
                                data = dat.collins1985b)[, c("yi", "vi")]),
  # Three and two trials, and three that agree better than chance allows.
  bcg_three = bcg[c(1, 4, 7), c("yi", "vi")],
  bcg_two = bcg[c(4, 7), c("yi", "vi")],
  near_nulls = data.frame(yi = c(0.010, 0.011, 0.0105), vi = c(0.04, 0.05, 0.03))
)
one <- function(d, method, test) {
  fit <- suppressWarnings(rma(yi, vi, data = d, method = method, test = test, control = tight))
  out <- list(method = method, test = test, estimate = c(fit$b), se = fit$se,
              lower = fit$ci.lb, upper = fit$ci.ub, p = fit$pval, tau2 = fit$tau2, i2 = fit$I2,
              h2 = fit$H2, q = fit$QE, q_p = fit$QEp, weights = unname(weights(fit)) / 100)
  if (method == "REML") out$loglik <- c(logLik(fit, REML = TRUE))
  if (method != "EE") {
    ci <- suppressWarnings(confint(fit, control = tight))$random
    out$interval <- list(tau2 = unname(ci["tau^2", 2:3]), i2 = unname(ci["I^2(%)", 2:3]),
                         h2 = unname(ci["H^2", 2:3]))
    if (nrow(d) > 2) {
      pr <- predict(fit, pi.type = "riley")
      out$prediction <- c(pr$pi.lb, pr$pi.ub)
    }
  }
  out
}
tests <- c("z", "knha", "adhoc")
cases <- lapply(names(data), function(name) list(
  name = name, y = c(data[[name]]$yi), v = c(data[[name]]$vi),
  fits = unlist(lapply(c("REML", "PM", "DL", "EE"), function(m)
    lapply(tests, function(t) one(data[[name]], m, t))), recursive = FALSE)))
reml <- rma(yi, vi, data = bcg, method = "REML", test = "knha", control = tight)
l1o <- leave1out(reml); year <- order(dat.bcg$year)
cum <- cumul(reml, order = dat.bcg$year)
keep <- function(x, from = 1) {
  at <- from:length(x$estimate)
  list(estimate = x$estimate[at], se = x$se[at], tau2 = x$tau2[at], q = x$Q[at])
}
# Normal-normal model with a half-normal prior on tau and a flat prior on mu, by integrate(): no
# grid of ours in it. Moments of mu, tau and each study's effect, and two tail probabilities.
bayes <- function(y, v, scale) {
  unnormalised <- Vectorize(function(tau) {
    w <- 1 / (v + tau^2); m <- sum(w * y) / sum(w)
    exp(-0.5 * (sum(log(v + tau^2)) + log(sum(w)) + sum(w * (y - m)^2)) - tau^2 / (2 * scale^2))
  })
  cut <- c(0, 1e-5, 1e-4, 3e-4, 1e-3, 2e-3, 4e-3, 0.007, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2, 4, 10) * scale
  area <- function(f) sum(sapply(seq_len(length(cut) - 1), function(i)
    integrate(f, cut[i], cut[i + 1], rel.tol = 1e-12, subdivisions = 2000L)$value))
  total <- area(unnormalised)
  mean_of <- function(g) area(function(tau) unnormalised(tau) * sapply(tau, g)) / total
  mu <- function(tau) { w <- 1 / (v + tau^2); sum(w * y) / sum(w) }
  mu_var <- function(tau) 1 / sum(1 / (v + tau^2))
  # theta_i = (1 - b) y + b mu, b = v / (v + tau2)
  theta <- function(tau, i) { b <- v[i] / (v[i] + tau^2); (1 - b) * y[i] + b * mu(tau) }
  theta_var <- function(tau, i) { b <- v[i] / (v[i] + tau^2); (1 - b) * v[i] + b^2 * mu_var(tau) }
  moments <- function(m, s2) {
    mean <- mean_of(m); second <- mean_of(function(t) m(t)^2 + s2(t)); c(mean, sqrt(second - mean^2))
  }
  quantile_of <- function(m, s2, p) {
    centre <- moments(m, s2)
    uniroot(function(x) mean_of(function(t) pnorm(x, m(t), sqrt(s2(t)))) - p,
            centre[1] + c(-12, 12) * centre[2], tol = 1e-12)$root
  }
  list(scale = scale, y = y, v = v, mu = moments(mu, mu_var),
       mu_quantiles = c(quantile_of(mu, mu_var, .025), quantile_of(mu, mu_var, .975)),
       above_zero = mean_of(function(t) pnorm(0, mu(t), sqrt(mu_var(t)), lower.tail = FALSE)),
       new = moments(mu, function(t) mu_var(t) + t^2),
       new_quantiles = c(quantile_of(mu, function(t) mu_var(t) + t^2, .025),
                         quantile_of(mu, function(t) mu_var(t) + t^2, .975)),
       tau_mean = mean_of(identity),
       tau_median = uniroot(function(x) {
         inner <- c(cut[cut < x], x)
         sum(sapply(seq_len(length(inner) - 1), function(i)
           integrate(unnormalised, inner[i], inner[i + 1], rel.tol = 1e-12)$value)) / total - .5
       }, c(1e-8, 9) * scale, tol = 1e-13)$root,
       effects = lapply(seq_along(y), function(i)
         moments(function(t) theta(t, i), function(t) theta_var(t, i))))
}
dsl <- bcg[c(1, 4, 7), ]
answer <- list(
  cases = cases, leave_one_out = keep(l1o), order = year - 1, cumulative = keep(cum, 2),
  bayes = list(bayes(c(dsl$yi), c(dsl$vi), 0.5),
               # The eight schools of Rubin (1981).
               bayes(c(28, 8, -3, 7, -1, 1, 18, 12), c(15, 10, 16, 11, 9, 11, 10, 18)^2, 10),
               # A prior far wider than the data.
               bayes(c(dsl$yi), c(dsl$vi), 1000)))
cat(toJSON(answer, digits = NA, auto_unbox = TRUE, pretty = FALSE), "\n")
