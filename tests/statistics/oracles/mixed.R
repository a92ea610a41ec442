# Oracle for equipoise.statistics.estimation.fit_mixed: lme4, lmerTest, pbkrtest and nlme on real
# data of mlmRev and on simulated trials, whose rows are stored with the answers.
# Run: Rscript mixed.R OUT.json
# (Debian: r-cran-lme4 r-cran-lmertest r-cran-pbkrtest r-cran-mlmrev r-cran-numderiv
#  r-cran-jsonlite; nlme comes with R)
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(nlme)
                  library(mlmRev); library(jsonlite)})

# lme4's optimisers stop at differences in the deviance that rounding allows, which leaves 1e-7 in
# the parameters: so the best of two is polished by Newton steps on Richardson derivatives.
control <- function(optimizer, ...) lmerControl(optimizer = optimizer, optCtrl = list(...),
  calc.derivs = FALSE, check.conv.singular = "ignore")
fit <- function(formula, data, reml = TRUE, weights = NULL, polish = TRUE) {
  data$.w <- if (is.null(weights)) rep(1, nrow(data)) else weights
  call <- function(control, ...) suppressWarnings(do.call(lmerTest::lmer, list(
    formula, data = data, REML = reml, weights = quote(.w), control = control, ...)))
  one <- call(control("bobyqa", rhobeg = 0.2, rhoend = 1e-11))
  other <- call(control("nloptwrap", xtol_abs = 1e-12, ftol_abs = 1e-12, maxeval = 5000))
  best <- if (logLik(one) >= logLik(other)) one else other
  deviance <- call(control("bobyqa"), devFunOnly = TRUE)
  theta <- getME(best, "theta")
  inside <- getME(best, "lower") < 0 | theta > 1e-4
  along <- function(some) { full <- theta; full[!inside] <- 0; full[inside] <- some; deviance(full) }
  if (polish && any(inside)) {
    for (step in 1:3) {
      here <- theta[inside]
      move <- solve(numDeriv::hessian(along, here), numDeriv::grad(along, here))
      if (max(abs(move)) > 0.01) break
      theta[inside] <- here - move
    }
    if (along(theta[inside]) <= deviance(getME(best, "theta")) + 1e-9) {
      theta[!inside] <- 0
      best <- call(lmerControl(optimizer = NULL, calc.derivs = FALSE,
                               check.conv.singular = "ignore"), start = theta)
      stopifnot(all.equal(unname(getME(best, "theta")), unname(theta), tolerance = 1e-14))
    }
  }
  best
}

answer <- function(name, model, kr = FALSE, keep = NULL) {
  table <- coef(summary(model))
  keep <- if (is.null(keep)) rownames(table) else keep
  parts <- as.data.frame(VarCorr(model))
  found <- list(name = name, reml = isREML(model), coefficients = unname(table[keep, "Estimate"]),
                se = unname(table[keep, "Std. Error"]), df = unname(table[keep, "df"]),
                loglik = as.numeric(logLik(model)), n = nobs(model),
                variances = data.frame(group = parts$grp, one = parts$var1, two = parts$var2,
                                       value = parts$vcov))
  if (kr) {
    adjusted <- vcovAdj(model)
    lines <- diag(length(fixef(model)))[match(keep, names(fixef(model))), , drop = FALSE]
    found$kr_se <- unname(sqrt(diag(as.matrix(adjusted)))[match(keep, names(fixef(model)))])
    found$kr_df <- unname(apply(lines, 1, function(line) Lb_ddf(line, vcov(model), adjusted)))
  }
  found
}
profiled <- function(found, model, keep) {
  limits <- suppressWarnings(confint(model, method = "profile", oldNames = FALSE, quiet = TRUE))
  found$profile <- list(names = rownames(limits), lower = unname(limits[, 1]),
                        upper = unname(limits[, 2]))
  found
}
answers <- list()
add <- function(found) answers[[length(answers) + 1]] <<- found

# 1. Real data. Exam: 65 London schools; Hsb82: 160 American schools; star: teachers in schools
#    of the Tennessee trial, first year; Chem97: schools in local education authorities.
data(Exam); data(Hsb82); data(star); data(Chem97)
add(answer("exam", fit(normexam ~ standLRT + (1 | school), Exam), kr = TRUE))
add(profiled(answer("exam_ml", fit(normexam ~ standLRT + (1 | school), Exam, FALSE)),
             fit(normexam ~ standLRT + (1 | school), Exam, FALSE, polish = FALSE)))
add(answer("exam_slope", fit(normexam ~ standLRT + (standLRT | school), Exam)))
add(answer("exam_slope_alone",
           fit(normexam ~ standLRT + (1 | school) + (0 + standLRT | school), Exam)))
Hsb82$catholic <- as.numeric(Hsb82$sector == "Catholic")
add(answer("hsb", fit(mAch ~ catholic + cses + (1 | school), Hsb82)))
add(answer("hsb_crossed", fit(mAch ~ catholic + cses + (cses | school), Hsb82)))
first <- subset(star, gr == "K" & !is.na(math) & !is.na(cltype) & !is.na(tch))
first$small <- as.numeric(first$cltype == "small")
first$aide <- as.numeric(first$cltype == "reg+A")
add(answer("star", fit(math ~ small + aide + (1 | tch) + (1 | sch), first)))
add(answer("star_strata", fit(math ~ factor(sch) + small + aide + (1 | tch), first),
           keep = c("small", "aide")))
add(answer("chem97", fit(score ~ gcsecnt + (1 | school) + (1 | lea), Chem97)))
add(answer("chem97_slope", fit(score ~ gcsecnt + (1 | school) + (gcsecnt | lea), Chem97)))

# 2. A simulated unbalanced trial: pupils in 48 schools in 6 authorities; supervisors in one arm.
set.seed(41)
schools <- data.frame(school = 1:48, la = rep(1:6, times = c(5, 6, 7, 8, 10, 12)))
schools$arm <- unlist(lapply(split(schools$school, schools$la),
                             function(s) sample(rep(0:1, length.out = length(s)))))
schools$supervisor <- ifelse(schools$arm == 1, sample(1:9, 48, TRUE), 0)
schools$type <- rnorm(48)
size <- sample(2:12, 48, TRUE)
pupils <- schools[rep(1:48, size), ]
n <- nrow(pupils)
pupils$x <- round(rnorm(n) + 0.4 * rnorm(48)[pupils$school], 4)
pupils$type <- round(pupils$type, 4)
pupils$w <- round(runif(n, 0.5, 3), 3)
pupils$y <- round(with(pupils, 10 + 0.6 * arm + 0.5 * x + 0.3 * type + rnorm(6)[la] +
                               c(0.9, 0.3, 0.1, 0.5, -0.6, -0.4)[la] * arm +
                               0.7 * rnorm(48)[school] + 0.8 * rnorm(9)[pmax(supervisor, 1)] * arm +
                               rnorm(n, sd = ifelse(arm == 1, 1.6, 1))), 5)
pupils$none <- round(rnorm(n), 5)
pupils$usual <- 1 - pupils$arm
pupils$unit <- ifelse(pupils$arm == 1, pupils$supervisor, 100 + pupils$school)
two <- fit(y ~ arm + x + type + (1 | school), pupils)
add(answer("trial", two, kr = TRUE))
add(answer("trial_ml", fit(y ~ arm + x + type + (1 | school), pupils, FALSE)))
add(answer("trial_weighted", fit(y ~ arm + x + (1 | school), pupils, weights = pupils$w)))
add(answer("trial_strata", fit(y ~ factor(la) + arm + x + (1 | school), pupils), kr = TRUE,
           keep = c("arm", "x")))
add(answer("trial_nested", fit(y ~ arm + x + (1 | school) + (1 | la), pupils), kr = TRUE))
nested <- y ~ arm + x + (1 | school) + (1 | la)
add(profiled(answer("trial_nested_ml", fit(nested, pupils, FALSE)),
             fit(nested, pupils, FALSE, polish = FALSE)))
add(answer("trial_slope", fit(y ~ arm + x + (1 | school) + (1 | la) + (0 + arm | la), pupils),
           kr = TRUE))
add(answer("trial_slope_strata", fit(y ~ factor(la) + arm + (1 | school) + (0 + arm | la), pupils),
           kr = TRUE, keep = "arm"))
add(answer("trial_correlated", fit(y ~ arm + (1 | school) + (arm | la), pupils)))
add(answer("trial_partial", fit(y ~ arm + x + (1 | school) + (0 + arm | unit), pupils), kr = TRUE))
add(answer("trial_partial_strata",
           fit(y ~ factor(la) + arm + (1 | school) + (0 + arm | unit), pupils), kr = TRUE,
           keep = "arm"))
add(answer("trial_by_arm", fit(y ~ arm + x + (0 + usual | school) + (0 + arm | school), pupils),
           kr = TRUE))
add(answer("boundary", fit(none ~ arm + x + (1 | school), pupils), kr = TRUE))

# 3. Residual variances by arm: nlme.
unequal <- lme(y ~ arm + x, random = ~ 1 | school, weights = varIdent(form = ~ 1 | arm),
               data = pupils, method = "REML",
               control = lmeControl(msTol = 1e-12, tolerance = 1e-12, opt = "optim",
                                    reltol = 1e-14, maxIter = 200, msMaxIter = 500))
ratio <- coef(unequal$modelStruct$varStruct, unconstrained = FALSE)
reference <- setdiff(c("0", "1"), names(ratio))
add(list(name = "trial_unequal", reml = TRUE, coefficients = unname(fixef(unequal)),
         se = unname(sqrt(diag(vcov(unequal)))), loglik = as.numeric(logLik(unequal)),
         n = nrow(pupils), reference = reference,
         school = as.numeric(VarCorr(unequal)[1, 1]),
         residual = unname(c(unequal$sigma^2, (unequal$sigma * ratio)^2))))

cat(toJSON(list(r = R.version.string, lme4 = as.character(packageVersion("lme4")),
                lmerTest = as.character(packageVersion("lmerTest")),
                pbkrtest = as.character(packageVersion("pbkrtest")),
                nlme = as.character(packageVersion("nlme")),
                pupils = pupils[, c("school", "la", "arm", "supervisor", "type", "x", "w", "y",
                                    "none")],
                answers = answers),
           digits = NA, auto_unbox = TRUE, null = "null", dataframe = "columns"),
    file = commandArgs(trailingOnly = TRUE)[1])
