extension FacetedAlignment {
    /// More values than that say nothing that the table of models does not say.
    package static let mostValues = 12

    /// The attributes that break alignment down, by name: those of which models share values, and have at least two and at most
    /// `mostValues`; and those that are always asked for.
    ///
    /// `network` stands for models themselves: pairs of one are left out of every mean.
    package static func attributes(of sweep: SweepScores) -> [String] {
        let sides = sweep.isSymmetric ? [sweep.x] : [sweep.x, sweep.y]
        var names = Set(AnalysedSweep.facetAttributes)
        for side in sides {
            for name in Set(side.models.flatMap(\.attributes.keys)) where name != "network" {
                let values = side.models.compactMap { $0.attributes[name] }.filter { !$0.text.isEmpty }
                let count = Set(values).count
                if (2...mostValues).contains(count), count < values.count { names.insert(name) }
            }
        }
        return names.sorted()
    }
}
