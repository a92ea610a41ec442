# Oracle for equipoise.statistics.estimation: StratifiedEffect, wild_bootstrap, fit_instrumental,
# the adjustments of p values, equivalence_test. Data: CigarettesSW (AER; Stock and Watson),
# AchievementAwardsRCT (clubSandwich; Angrist and Lavy 2009) and simulated trials.
# Run: Rscript inference.R OUT.json
# (Debian: r-cran-aer r-cran-estimatr r-cran-clubsandwich r-cran-jsonlite)
suppressMessages({library(AER); library(estimatr); library(clubSandwich); library(jsonlite)})
set.seed(711)
out <- list(r = R.version.string, AER = as.character(packageVersion("AER")),
            estimatr = as.character(packageVersion("estimatr")),
            clubSandwich = as.character(packageVersion("clubSandwich")))

# 1. Difference in means: Welch, pairs, and Neyman's over strata by its formula.
y <- round(rnorm(24, 10, 3), 3); arm <- rep(0:1, c(10, 14))
welch <- t.test(y[arm == 1], y[arm == 0])
paired <- t.test(y[seq(1, 23, 2)], y[seq(2, 24, 2)], paired = TRUE)
strata <- rep(1:3, c(7, 8, 9)); arms <- c(0,0,0,1,1,1,1, 0,0,0,0,1,1,1,1, 0,0,0,0,0,1,1,1,1)
parts <- sapply(1:3, function(s) {
  a <- y[strata == s & arms == 1]; b <- y[strata == s & arms == 0]
  c(length(c(a, b)) / 24, mean(a) - mean(b), var(a) / length(a) + var(b) / length(b)) })
out$difference <- list(y = y, arm = arm, welch = unname(welch$statistic),
  paired = unname(paired$statistic), strata = strata, arms = arms,
  neyman = sum(parts[1, ] * parts[2, ]) / sqrt(sum(parts[1, ]^2 * parts[3, ])))

# 2. Adjusted p values.
p <- c(0.001, 0.04, 0.03, 0.2, 0.03, 0.9, 0.012)
out$adjust <- list(p = p, holm = p.adjust(p, "holm"), hochberg = p.adjust(p, "hochberg"),
                   bh = p.adjust(p, "BH"))

# 3. Westfall and Young, the slow way: one hypothesis after the other.
m <- 4; B <- 199
shared <- rnorm(B)
draws <- round(sapply(1:m, function(j) shared + rnorm(B, sd = j)), 4)
observed <- c(2.1, -3.9, 0.4, 6.5)
step <- function(obs, ref) {  # ref: B x m, larger is more extreme
  order <- order(-obs); adjusted <- numeric(m); before <- 0
  for (k in seq_len(m)) {
    left <- order[k:m]
    biggest <- apply(ref[, left, drop = FALSE], 1, max)
    before <- max(before, (1 + sum(biggest >= obs[order[k]])) / (B + 1))
    adjusted[order[k]] <- before
  }
  adjusted
}
all_t <- abs(rbind(draws, observed))
rank_p <- function(v, j) mean(all_t[, j] >= v)
drawn_p <- sapply(1:m, function(j) sapply(abs(draws[, j]), rank_p, j = j))
observed_p <- sapply(1:m, function(j) rank_p(abs(observed[j]), j))
out$westfall_young <- list(draws = draws, observed = observed,
  max_t = step(abs(observed), abs(draws)), min_p = step(-observed_p, -drawn_p),
  single = sapply(abs(observed), function(t) (1 + sum(apply(abs(draws), 1, max) >= t)) / (B + 1)))

# 4. The restricted wild cluster bootstrap by refitting every draw.
wild <- function(y, X, column, cluster, w, V, null) {
  cr0 <- function(outcome) {
    fit <- lm.wfit(X, outcome, w)
    bread <- solve(crossprod(X * sqrt(w)))
    scores <- rowsum(X * w * fit$residuals, cluster)
    c(fit$coefficients[column], sqrt((bread %*% crossprod(scores) %*% bread)[column, column]))
  }
  restricted <- lm.wfit(X[, -column], y - null * X[, column], w)
  fitted <- y - restricted$residuals
  first <- cr0(y)
  t_star <- apply(V, 1, function(v) {
    draw <- cr0(fitted + v[cluster] * restricted$residuals); (draw[1] - null) / draw[2] })
  G <- length(unique(cluster)); factor <- sqrt(G / (G - 1))
  list(t = unname((first[1] - null) / first[2] / factor), t_star = unname(t_star / factor), null = null)
}
G <- 14; cluster <- rep(1:G, times = rep(c(2, 5, 9, 4, 3, 7, 6), 2)); n <- length(cluster)
la <- rep(1:3, c(5, 5, 4))[cluster]; treat <- c(0,1,0,1,1, 1,0,0,1,0, 1,0,1,0)[cluster]
x <- round(rnorm(n), 3); w <- round(runif(n, 1, 3), 2)
yw <- round(la + 0.6 * treat + x + rnorm(G)[cluster] + rnorm(n), 3)
X <- cbind(1 * (la == 1), 1 * (la == 2), 1 * (la == 3), treat, x)
rademacher <- matrix(sample(c(-1, 1), 40 * G, TRUE), 40)
webb <- matrix(sample(c(-1, 1), 40 * G, TRUE) * sqrt(sample(c(0.5, 1, 1.5), 40 * G, TRUE)), 40)
out$wild <- list(y = yw, X = unname(X), cluster = cluster, w = w, rademacher = rademacher, webb = webb,
  cases = list(list(kind = "rademacher", weighted = FALSE, fit = wild(yw, X, 4, cluster, rep(1, n), rademacher, 0)),
               list(kind = "webb", weighted = FALSE, fit = wild(yw, X, 4, cluster, rep(1, n), webb, 0)),
               list(kind = "rademacher", weighted = TRUE, fit = wild(yw, X, 4, cluster, w, rademacher, 0.4)),
               list(kind = "webb", weighted = TRUE, fit = wild(yw, X, 4, cluster, w, webb, -1))))
# Every sign vector, 2^8, by refitting: eight schools in pairs, real pupils.
data(AchievementAwardsRCT)
girls <- subset(as.data.frame(AchievementAwardsRCT), year == "2001" & sex == "Girl")
girls <- girls[order(girls$student_id), ][seq(1, nrow(girls), by = 6), ]
girls <- girls[complete.cases(girls[, c("Bagrut_status", "treated", "pair", "siblings")]), ]
keep <- names(which(tapply(girls$treated, girls$pair, function(v) length(unique(v))) == 2))[1:4]
girls <- girls[girls$pair %in% keep, ]
school <- as.integer(factor(as.character(girls$school_id)))
XA <- unname(cbind(model.matrix(~ 0 + factor(as.character(girls$pair))), girls$treated, girls$siblings))
signs <- as.matrix(expand.grid(rep(list(c(-1, 1)), max(school))))
whole <- wild(girls$Bagrut_status, XA, 5, school, rep(1, nrow(girls)), unname(signs), 0)
out$awards <- list(y = girls$Bagrut_status, X = XA, school = school, t = whole$t,
  p = mean(abs(whole$t_star) >= abs(whole$t) * (1 - 1e-9)))

# 5. Two-stage least squares: cigarettes (real), and schools that took up a programme.
data("CigarettesSW")
cig <- transform(CigarettesSW, rprice = log(price / cpi), rincome = log(income / population / cpi),
                 tdiff = (taxs - tax) / cpi, lpacks = log(packs), y95 = 1 * (year == "1995"))
iv <- function(y, d, z, C, cluster, w = NULL) {
  data <- data.frame(y = y, d = d, z = z, C, g = cluster, w = if (is.null(w)) 1 else w)
  controls <- paste(names(data)[4:(3 + ncol(C))], collapse = " + ")
  form <- as.formula(paste("y ~ 0 + d +", controls, "| 0 + z +", controls))
  fit <- if (is.null(w)) ivreg(form, data = data) else ivreg(form, data = data, weights = w)
  V <- vcovCR(fit, cluster = data$g, type = "CR2")
  test <- coef_test(fit, vcov = V, test = "Satterthwaite")
  first <- as.formula(paste("d ~ 0 + z +", controls))
  stage <- if (is.null(w)) lm(first, data = data) else lm(first, data = data, weights = w)
  one <- coef_test(stage, vcov = vcovCR(stage, cluster = data$g, type = "CR2"), test = "Satterthwaite")
  found <- list(y = y, d = d, z = z, C = unname(as.matrix(C)), cluster = as.integer(factor(cluster)), w = w,
       beta = test$beta, se = test$SE, df = test$df[1],
       first = c(one$beta[1], one$SE[1], one$df[1]))
  # Anderson and Rubin by brute force: CR2 t of z on y - b d, over a grid of b.
  grid <- seq(-6, 6, by = 0.25)
  found$grid <- grid
  found$ar_p <- sapply(grid, function(b) {
    data$r <- data$y - b * data$d
    form <- as.formula(paste("r ~ 0 + z +", controls))
    fit <- if (is.null(w)) lm(form, data = data) else lm(form, data = data, weights = w)
    coef_test(fit, vcov = vcovCR(fit, cluster = data$g, type = "CR2"), test = "Satterthwaite")$p_Satt[1] })
  if (is.null(w)) {
    robust <- iv_robust(form, data = data, clusters = g, se_type = "CR2")
    found$estimatr <- list(se = unname(robust$std.error), df = unname(robust$df[1]))
  }
  found
}
schools <- 40; arm <- rep(0:1, 20); la <- rep(1:4, each = 10)
uptake <- pmin(1, pmax(0, arm * round(runif(schools, 0.2, 1), 2)))
rows <- rep(1:schools, times = rep(2:6, 8))
score <- round(20 + la[rows] + 2 * uptake[rows] + rnorm(schools)[rows] + rnorm(length(rows)), 3)
dummies <- as.data.frame(unname(sapply(1:4, function(s) 1 * (la[rows] == s)))); names(dummies) <- paste0("la", 1:4)
weak <- round(rnorm(schools) + 0.15 * arm, 3)
out$iv <- list(
  iv(cig$lpacks, cig$rprice, cig$tdiff, data.frame(one = 1, income = cig$rincome, y95 = cig$y95), as.character(cig$state)),
  iv(score, uptake[rows], arm[rows], dummies, rows),
  iv(score, uptake[rows], arm[rows], dummies, rows, w = round(runif(length(rows), 1, 4), 2)),
  iv(score, weak[rows], arm[rows], dummies, rows))

# 6. Two one-sided tests.
sample <- round(rnorm(30, 0.1), 3)
out$tost <- list(y = sample, lower = -0.5, upper = 0.45,
  p_lower = t.test(sample, mu = -0.5, alternative = "greater")$p.value,
  p_upper = t.test(sample, mu = 0.45, alternative = "less")$p.value)

cat(toJSON(out, digits = NA, auto_unbox = TRUE, null = "null"), file = commandArgs(trailingOnly = TRUE)[1])
