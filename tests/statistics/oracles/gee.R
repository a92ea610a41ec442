# Oracle for equipoise.statistics.estimation.fit_gee. Robust errors: geepack's geeglm. Corrected
# errors: written here from the formulas of the papers, with pupil-level matrices, apart from our
# code. Data: geepack's ohio, respiratory and dietox, and a simulated trial whose pupils are
# spelt out as rows of 0 and 1.
# Run: Rscript gee.R OUT.json    (Debian: r-cran-geepack r-cran-jsonlite)
suppressMessages({library(geepack); library(jsonlite)})
data(ohio, respiratory, dietox, package = "geepack")
tight <- geese.control(epsilon = 1e-13, maxit = 500)

# The square root of the inverse of I - H, which is not symmetric: by its eigenvectors.
inverse_root <- function(A) {
  e <- eigen(A)
  Re(e$vectors %*% diag(1 / sqrt(e$values + 0i), nrow(A)) %*% solve(e$vectors))
}

corrected <- function(fit, y, id, weight, alpha, phi, b = 0.75) {
  X <- model.matrix(fit); mu <- fitted(fit)[seq_along(y)]
  v <- fit$family$variance(mu); d <- fit$family$mu.eta(fit$family$linkfun(mu))
  groups <- split(seq_along(y), id)
  pieces <- lapply(groups, function(i) {
    n <- length(i)
    R <- matrix(alpha, n, n); diag(R) <- 1
    half <- diag(sqrt(v[i] / weight[i]), n)
    V <- phi * half %*% R %*% half
    D <- d[i] * X[i, , drop = FALSE]
    list(D = D, Vi = solve(V), r = y[i] - mu[i])
  })
  p <- ncol(X)
  M <- solve(Reduce(`+`, lapply(pieces, function(q) t(q$D) %*% q$Vi %*% q$D)))
  meat <- list(md = 0, kc = 0, fg = 0, robust = 0)
  for (q in pieces) {
    n <- length(q$r); I <- diag(n)
    B <- t(q$D) %*% q$Vi
    H <- q$D %*% M %*% B
    # Mancl and DeRouen (2001): (I - H)^-1 r.
    s <- B %*% solve(I - H, q$r); meat$md <- meat$md + s %*% t(s)
    # Kauermann and Carroll (2001): (I - H)^-1/2 r.
    s <- B %*% inverse_root(I - H) %*% q$r; meat$kc <- meat$kc + s %*% t(s)
    # Fay and Graubard (2001): diag{(1 - min(b, [D'V^-1 D M]_jj))^-1/2} D'V^-1 r.
    s <- diag((1 - pmin(b, diag(B %*% q$D %*% M)))^-0.5, p) %*% B %*% q$r
    meat$fg <- meat$fg + s %*% t(s)
    s <- B %*% q$r; meat$robust <- meat$robust + s %*% t(s)
  }
  lapply(meat, function(A) unname(sqrt(diag(M %*% A %*% M))))
}

answers <- list()
case <- function(name, formula, data, id, family, corstr, weight = NULL, correct = TRUE) {
  w <- if (is.null(weight)) rep(1, nrow(data)) else weight
  data$the_weight <- w; data$the_id <- id
  fit <- suppressWarnings(geeglm(formula, id = the_id, data = data, weights = the_weight,
                                 family = family, corstr = corstr, control = tight))
  alpha <- if (corstr == "independence") 0 else unname(fit$geese$alpha)
  y <- unname(fit$y)
  answer <- list(name = name, correlation = corstr, weighted = !is.null(weight),
                 beta = unname(coef(fit)), se = unname(sqrt(diag(vcov(fit)))), alpha = alpha,
                 dispersion = unname(fit$geese$gamma))
  if (correct) answer$corrected <- corrected(fit, y, id, w, alpha, unname(fit$geese$gamma))
  answers[[length(answers) + 1]] <<- answer
}

respiratory$person <- as.integer(interaction(respiratory$center, respiratory$id, drop = TRUE))
respiratory <- respiratory[order(respiratory$person, respiratory$visit), ]
dietox <- dietox[order(dietox$Pig, dietox$Time), ]
ohio_weight <- 1 + (ohio$id %% 5) / 2 + (seq_len(nrow(ohio)) %% 3) / 4
for (corstr in c("exchangeable", "independence")) {
  case("ohio", resp ~ age + smoke, ohio, ohio$id, binomial, corstr)
  case("respiratory", outcome ~ treat + sex + age + baseline, respiratory, respiratory$person,
       binomial, corstr)
  case("dietox", Weight ~ Time + Cu, dietox, dietox$Pig, gaussian, corstr)
}
case("ohio", resp ~ age + smoke, ohio, ohio$id, binomial, "exchangeable", ohio_weight)

# A simulated trial of 24 schools in 3 authorities: pupils with an event, then counts by term.
set.seed(7)
schools <- data.frame(school = 1:24, authority = rep(1:3, each = 8), roll = 8 + rpois(24, 22))
schools$arm <- unlist(lapply(1:3, function(a) sample(rep(0:1, 4))))
schools$risk <- plogis(-1.2 - 0.4 * schools$arm + 0.3 * (schools$authority == 2) +
                       rnorm(24, sd = 0.5))
pupils <- schools[rep(1:24, schools$roll), ]
pupils$sex <- rbinom(nrow(pupils), 1, 0.5)
pupils$event <- rbinom(nrow(pupils), 1, pupils$risk)
schools$events <- as.integer(tapply(pupils$event, pupils$school, sum))
by_sex <- aggregate(cbind(event, one = 1) ~ sex + school, pupils, sum)
by_sex <- merge(by_sex, schools[, c("school", "authority", "arm")])
by_sex <- by_sex[order(by_sex$school, by_sex$sex), ]
school_weight <- 1 + (pupils$school %% 4) / 3
design <- event ~ 0 + factor(authority) + arm
case("schools", design, pupils, pupils$school, binomial, "exchangeable")
case("schools", design, pupils, pupils$school, binomial, "exchangeable", school_weight)
case("schools", design, pupils, pupils$school, binomial, "independence", school_weight)
case("schools_by_sex", update(design, . ~ . + sex), pupils, pupils$school, binomial,
     "exchangeable")
terms <- schools[rep(1:24, each = 3), c("school", "authority", "arm", "roll")]
terms$term <- rep(1:3, 24)
terms$contacts <- rpois(72, terms$roll * exp(-2 - 0.3 * terms$arm + rnorm(24, sd = 0.4)[terms$school]))
case("terms", contacts ~ arm + term + offset(log(roll)), terms, terms$school, poisson,
     "exchangeable")
case("terms", contacts ~ arm + term + offset(log(roll)), terms, terms$school, poisson,
     "independence")

cat(toJSON(list(r = R.version.string, geepack = as.character(packageVersion("geepack")),
                schools = schools, by_sex = by_sex, terms = terms, answers = answers),
           digits = NA, auto_unbox = TRUE, dataframe = "columns"),
    file = commandArgs(trailingOnly = TRUE)[1])
