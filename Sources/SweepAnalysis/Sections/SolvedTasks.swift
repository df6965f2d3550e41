/// How many tasks a model solves, as on the x axis of the paper's figure 2.
package enum SolvedTasks {
    /// Scores whose names begin so are tasks of the Visual Task Adaptation Benchmark.
    package static let prefix = "vtab:"

    /// Whether a score is such a task; `vtab/` will do as well.
    package static func isTask(_ score: String) -> Bool { score.hasPrefix(prefix) || score.hasPrefix("vtab/") }

    /// A task is solved at this share of the best model's score.
    package static let share = 0.8

    /// For each model the share of tasks solved of those it has a score of; NaN where it has none. Nil without tasks.
    package static func shares(_ compared: ComparedModels) -> [Double]? {
        let tasks = compared.scoreNames.filter(isTask)
        guard !tasks.isEmpty else { return nil }
        var (solved, tried) = ([Int](repeating: 0, count: compared.count), [Int](repeating: 0, count: compared.count))
        for task in tasks {
            let values = compared.scores[task] ?? []
            let known = values.filter(\.isFinite)
            let isReversed = compared.lowerIsBetter.contains(task)
            guard let best = isReversed ? known.min() : known.max() else { continue }
            for (model, value) in values.enumerated() where value.isFinite {
                tried[model] += 1
                if isReversed ? value * share <= best : value >= share * best { solved[model] += 1 }
            }
        }
        return zip(solved, tried).map { $1 > 0 ? Double($0) / Double($1) : .nan }
    }
}
