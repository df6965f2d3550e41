internal import FeatureStore
internal import LinearAlgebra
internal import SweepModel
internal import SweepProtocol

/// Whether a sweep fits the references that take part in it: what they hold was made once and for all.
enum ReferenceChecks {
    /// Throws where it does not, and says what they hold. What the user should know where it does.
    static func warnings(
        _ spec: SweepSpec, _ plan: SweepPlan, _ stores: [StoreMetadata], _ join: SampleJoin
    ) throws(Complaint) -> [String] {
        var warnings: [String] = []
        var seen: Set<String> = []
        for store in stores {
            guard let contents = store.references, let path = ReferencePath(store.path) else { continue }
            if store.sampleDigest != join.digest { throw otherSamples(store, join) }
            guard seen.insert(path.file).inserted else { continue }
            try check(spec, plan, contents, path.file)
            let core = Products.coreName
            let isCoresOwn = plan.artifactKinds.contains { $0.definition.keyParts.contains(.core) }
            if isCoresOwn, contents.core != core {
                warnings.append(
                    "\(path.file): kernels and bases were made by \(contents.core), not \(core): scores agree with those of the stores to 1e-6"
                )
            }
        }
        return warnings
    }

    private static func check(
        _ spec: SweepSpec, _ plan: SweepPlan, _ contents: ReferenceContents, _ path: String
    ) throws(Complaint) {
        func refuse(_ what: String, _ advice: String) throws(Complaint) -> Never {
            throw Complaint(.request, "\(what); the references hold \(contents.summary)", at: path, advice: advice)
        }
        guard contents.algorithm == algorithmVersion else {
            let age = contents.algorithm > algorithmVersion ? "a newer" : "an older"
            throw Complaint(
                .request,
                "\(age) build made the references: version \(contents.algorithm) of the algorithms, and this one has \(algorithmVersion)",
                at: path, advice: "use a platonic of that version, or have the references made again")
        }
        let clip: Double? = if case .quantile(let quantile) = spec.clip { quantile } else { nil }
        guard contents.clip == clip, clip == nil || contents.clipScope == spec.clipScope,
            contents.normalize == spec.normalize, contents.excludesGroups == spec.excludeGroups
        else {
            try refuse(
                "the sweep prepares rows otherwise than the references",
                "give --clip, --clip-scope, --normalize and --exclude-groups as the references have them")
        }
        if spec.concatenate {
            try refuse("layers side by side take features", "leave --concatenate out, or use the stores")
        }
        if plan.queries != nil {
            try refuse("neighbours of queries take features", "leave --queries out, or use the stores")
        }
        let lacking = plan.artifactKinds.filter { !contents.kinds.contains($0.name) }
        if !lacking.isEmpty {
            let metrics = plan.metrics.filter { lacking.contains($0.artifact) }.map(\.id)
            let curves = lacking.contains(.neighbours) ? plan.curves.map(\.kind.rawValue) : []
            try refuse(
                "\((metrics + curves).joined(separator: ", ")) cannot be computed from them",
                "choose other metrics, or have references made with these")
        }
        if let longest = plan.longestNeighbourList, longest > contents.listLength {
            let asked = plan.metrics.compactMap(\.k).max() ?? 0
            let others = plan.curves.flatMap(\.ks).max() ?? 0
            try refuse(
                "lists of \(longest) neighbours are needed",
                max(asked, others) > contents.listLength
                    ? "give a --k of at most \(contents.listLength)"
                    : "leave --intervals, --splits and --gallery out, which go down the lists, or have references made with a larger --k"
            )
        }
        if let dimensions = plan.basisDimensions, dimensions != contents.dimensions {
            try refuse(
                "bases of \(dimensions) dimensions are asked for", "give --svcca-dimensions \(contents.dimensions)")
        }
    }

    private static func otherSamples(_ store: StoreMetadata, _ join: SampleJoin) -> Complaint {
        Complaint(
            .request,
            "the references are of their \(store.sampleCount) samples, and \(join.ids.count) would be compared, or in another order",
            at: store.path,
            advice: "write the other stores on just these samples; with --samples intersect they may have more")
    }
}
