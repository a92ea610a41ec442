# How a peer in R talks with the benchmark: it loads its package and the data, says which
# version it is, and then does one timed run for each line it is sent. Answers are lines of JSON.

arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[2]

say <- function(...) {
  parts <- list(...)
  words <- vapply(parts, function(part) {
    if (is.character(part)) {
      return(paste0('"', gsub('["\\\\]|[[:cntrl:]]', " ", part), '"'))
    }
    if (length(part) == 0 || !is.finite(part)) "null" else sprintf("%.17g", part)
  }, "")
  cat("{", paste0('"', names(parts), '": ', words, collapse = ", "), "}\n", sep = "")
  flush(stdout())
}

needs <- function(...) {
  for (package in c(...)) {
    if (!suppressWarnings(suppressMessages(requireNamespace(package, quietly = TRUE)))) {
      say(missing = package)
      quit(status = 0)
    }
  }
}

# A table's columns as a data frame; school and authority as factors.
table_of <- function(name, columns = NULL) {
  place <- file.path(folder, name)
  columns <- if (is.null(columns)) list.files(place) else columns
  read <- function(column) {
    path <- file.path(place, column)
    readBin(path, "double", file.size(path) / 8, endian = "little")
  }
  found <- as.data.frame(lapply(setNames(columns, columns), read))
  for (name in intersect(c("school", "authority"), columns)) found[[name]] <- factor(found[[name]])
  found
}

# tasks: functions of the data that give c(estimate, error, df), NA where there is none.
serve <- function(package, tasks) {
  task <- tasks[[arguments[1]]]
  data <- task$data()
  say(peer = package, version = as.character(packageVersion(package)))
  lines <- file("stdin", "r")
  while (length(readLines(lines, 1)) == 1) {
    gc(FALSE)
    before <- proc.time()
    answer <- tryCatch(
      suppressWarnings(suppressMessages(task$run(data))),
      error = function(problem) conditionMessage(problem)
    )
    taken <- proc.time() - before
    if (is.character(answer)) {
      say(error = answer)
    } else {
      # R counts a child's time too; fork-based peers are then seen to use both cores.
      say(
        seconds = taken[["elapsed"]], cpu = sum(taken[c(1, 2, 4, 5)], na.rm = TRUE),
        estimate = answer[[1]], se = answer[[2]], df = answer[[3]]
      )
    }
  }
}
