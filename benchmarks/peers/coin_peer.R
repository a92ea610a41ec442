# coin: compiled permutation within blocks. Its statistic is the stratified sum of the treated
# schools' scores, standardised by its variance over draws: a monotone function of the difference
# in means where the arms are of equal size in every stratum.
here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
source(file.path(dirname(here), "session.R"))
needs("coin")

serve("coin", list(
  draws = list(
    data = function() {
      d <- table_of("schools")
      d$arm <- factor(d$treated)
      d
    },
    run = function(d) {
      made <- coin::approximate(nresample = as.integer(Sys.getenv("BENCH_DRAWS")))
      found <- coin::independence_test(baseline ~ arm | authority, d, distribution = made)
      c(as.numeric(coin::pvalue(found)), NA, NA)
    }
  )
))
