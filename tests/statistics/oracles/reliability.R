# Oracle of tests/statistics/estimation/test_reliability.py and test_agreement.py: R 4.2 (factanal),
# psych 2.2.9, lavaan 0.6-14, vcd 1.4-11.
# Rscript reliability.R > reliability.json
suppressMessages({library(psych); library(lavaan); library(vcd); library(jsonlite)})
one <- function(name, d) {
  d <- as.data.frame(d); names(d) <- paste0("x", seq_along(d))
  raw <- suppressWarnings(psych::alpha(d, warnings = FALSE, check.keys = FALSE))$total$raw_alpha
  ci <- alpha.ci(raw, n.obs = nrow(d), n.var = ncol(d))
  fa <- factanal(d, 1, control = list(lower = 0.005, opt = list(factr = 10, maxit = 5000)))
  l <- fa$loadings[, 1] * apply(d, 2, sd); u <- fa$uniquenesses * apply(d, 2, var)
  labels <- paste0("l", seq_along(d)); unique <- paste0("u", seq_along(d))
  model <- c(paste("f =~", paste0(labels, "*", names(d), collapse = " + ")),
             paste0(names(d), " ~~ ", unique, "*", names(d)),
             paste0("omega := (", paste(labels, collapse = "+"), ")^2 / ((",
                    paste(labels, collapse = "+"), ")^2 + ", paste(unique, collapse = "+"), ")"))
  fit <- cfa(paste(model, collapse = "\n"), data = d, std.lv = TRUE,
             control = list(iter.max = 5000))
  p <- parameterEstimates(fit); p <- p[p$lhs == "omega", ]
  list(name = name, items = unname(as.matrix(d)), alpha = raw, alpha_ci = c(ci$lower.ci, ci$upper.ci),
       omega_factanal = sum(l)^2 / (sum(l)^2 + sum(u)), omega = p$est, omega_se = p$se)
}
heywood <- rbind(c(1, 2, 1, 2), c(2, 2, 3, 1), c(3, 2, 3, 4), c(4, 5, 3, 3), c(4, 4, 5, 4),
                 c(5, 5, 4, 5), c(2, 3, 2, 3), c(5, 4, 5, 4), c(1, 3, 2, 2), c(4, 3, 4, 2))
docstring <- rbind(c(1, 2, 1, 2), c(2, 2, 3, 1), c(3, 2, 3, 4), c(4, 5, 3, 3), c(4, 4, 5, 4),
                   c(5, 5, 4, 5), c(3, 1, 2, 4), c(2, 4, 3, 2), c(5, 3, 2, 3))
reliability <- list(
  one("attitude", attitude),
  one("HolzingerSwineford1939", HolzingerSwineford1939[, paste0("x", 1:6)]),
  one("bfi neuroticism", head(na.omit(bfi[, paste0("N", 1:5)]), 300)),
  one("docstring", docstring), one("heywood", heywood))
kappas <- function(name, t) {
  t <- unclass(t); dimnames(t) <- NULL
  a <- Kappa(t); b <- Kappa(t, weights = "Fleiss-Cohen")
  list(name = name, table = t, unweighted = unname(a$Unweighted), linear = unname(a$Weighted),
       quadratic = unname(b$Weighted))
}
data(SexualFun); data(MSPatients)
agreement <- list(kappas("SexualFun", SexualFun), kappas("MSPatients Winnipeg", MSPatients[, , 1]),
                  kappas("MSPatients New Orleans", MSPatients[, , 2]))
cat(toJSON(list(reliability = reliability, kappa = agreement), digits = NA, auto_unbox = TRUE), "\n")
