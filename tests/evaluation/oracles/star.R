# Oracle of tests/evaluation/analysis/test_star.py: clubSandwich on Tennessee STAR (mlmRev),
# kindergarten reading, small against regular class. Rscript star.R > star.json
suppressMessages({library(mlmRev); library(clubSandwich)})
d <- subset(star, gr == "K" & cltype %in% c("small", "reg") & !is.na(tch))
both <- tapply(d$cltype, droplevels(d$sch), function(x) length(unique(x)))
d <- subset(d, sch %in% names(both)[both == 2] & !is.na(read))
d <- data.frame(read = d$read, small = as.numeric(d$cltype == "small"),
                sch = as.character(d$sch), tch = as.character(d$tch))
u <- unique(d[, c("sch", "tch", "small")])
n <- table(u$sch); m <- table(u$sch, u$small)
d$w <- as.numeric(n[d$sch]) / m[cbind(d$sch, as.character(d$small))]
fit <- lm(read ~ small + sch, d, weights = w)
v <- coef_test(fit, vcov = "CR2", cluster = d$tch)["small", ]
f <- function(x) format(as.numeric(x), digits = 15)
cat(sprintf('{"estimate": %s, "se": %s, "df": %s, "p": %s, "rows": %d, "clusters": %d}\n',
            f(v$beta), f(v$SE), f(v$df_Satt), f(v$p_Satt), nrow(d), length(unique(d$tch))))
