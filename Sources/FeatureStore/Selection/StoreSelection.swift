package import SweepModel

/// The stores that a user named on one side or two, each file once, and what was passed over on the way to them.
package struct StoreSelection: Sendable {
    /// Absolute paths and URLs in ascending order of their bytes.
    package private(set) var paths: [String] = []
    /// Positions in `paths` of the x side, ascending; `y` likewise, where there is one.
    package private(set) var x: [Int] = []
    package private(set) var y: [Int]?

    private var sides: [[FoundStore]] = []
    private var kept: [Key: FoundStore] = [:]
    private var passed = PassedOver()

    private enum Key: Hashable {
        case file(FileIdentity)
        case url([UInt8])
    }

    /// Looks for the files, globs, directories and URLs of each side. Throws where one of them stands for nothing.
    package init(x: [String], y: [String]? = nil) throws(Complaint) {
        for patterns in [x, y].compactMap(\.self) {
            var side: [FoundStore] = []
            for pattern in patterns {
                if StorePaths.isURL(pattern) {
                    guard !ReferencePath.isFile(pattern) else {
                        throw Complaint(
                            .request, "references are read from a disk, and this is a URL", at: pattern,
                            advice: "download the file, and name it where it lies")
                    }
                    let (found, passedOver) = try RemoteStore.expand(pattern)
                    side += found
                    passed.add(passedOver)
                } else {
                    let search = try StoreSearch(pattern)
                    for found in search.found { side += try Self.models(of: found) }
                    passed.add(search.passedOver)
                }
            }
            sides.append(side)
        }
        keepEachFileOnce()
        number()
    }

    /// What was passed over and why, a sentence for each reason.
    package var passedOver: [String] { passed.sentences(taken: paths, files: Set(kept.values.compactMap(\.identity))) }

    /// Opens every store. Results of a sweep, which may well be written beside its stores, are passed over where nobody named
    /// them. Throws the first complaint of `open`, and where nothing is left of a side.
    package mutating func open<Store>(
        _ open: (_ path: String) throws(Complaint) -> Store
    ) throws(Complaint) -> [Store] {
        var stores: [Store] = []
        for (key, found) in kept.sorted(by: { Self.precedes($0.value, $1.value) }) {
            do { stores.append(try open(found.path)) } catch {
                guard !found.isNamed, ResultsFormat.isReason(of: error) else { throw error }
                passed.add(found.path, .results)
                kept[key] = nil
            }
        }
        number()
        guard !x.isEmpty, y?.isEmpty != true else {
            throw Complaint(
                .request, "there are no feature stores on one side of the comparison", at: x.isEmpty ? "x" : "y",
                advice: passedOver.joined(separator: "; "))
        }
        return stores
    }

    /// What came of every store, in order. Goes on where `open` cannot have one, unless that `isFinal`; results of a sweep that nobody
    /// named are passed over here too.
    package mutating func openAll<Store>(
        until isFinal: (_ path: String, Complaint) -> Bool = { _, _ in false },
        _ open: (_ path: String) throws(Complaint) -> Store
    ) throws(Complaint) -> [Result<Store, Complaint>] {
        let named = Set(kept.values.lazy.filter(\.isNamed).map(\.path))
        return try self.open { (path: String) throws(Complaint) -> Result<Store, Complaint> in
            do throws(Complaint) { return .success(try open(path)) } catch {
                if isFinal(path, error) || (!named.contains(path) && ResultsFormat.isReason(of: error)) { throw error }
                return .failure(error)
            }
        }
    }

    /// A file of references stands for all of its models.
    private static func models(of found: FoundStore) throws(Complaint) -> [FoundStore] {
        guard ReferencePath.isFile(found.path) else { return [found] }
        return try ReferenceFile.open(found.path).manifest.models.indices.map { position in
            FoundStore(
                path: ReferencePath(file: found.path, position: position).text, isNamed: found.isNamed,
                isLinked: found.isLinked, identity: nil)
        }
    }

    /// Of several paths of one file, that stays which the user wrote, then one without links, then the first.
    private mutating func keepEachFileOnce() {
        func rank(_ store: FoundStore) -> Int { store.isNamed ? 0 : store.isLinked ? 2 : 1 }
        let ranked = sides.flatMap(\.self).sorted { a, b in
            rank(a) == rank(b) ? Self.precedes(a, b) : rank(a) < rank(b)
        }
        for store in ranked {
            guard let first = kept[Self.key(store)] else {
                kept[Self.key(store)] = store
                continue
            }
            if !first.path.utf8.elementsEqual(store.path.utf8) {
                passed.add(store.path, .sameFile, note: " (\(first.path))")
            }
        }
    }

    private mutating func number() {
        let ordered = kept.sorted { Self.precedes($0.value, $1.value) }
        paths = ordered.map(\.value.path)
        let positions = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($1.key, $0) })
        let numbered = sides.map { side in Set(side.compactMap { positions[Self.key($0)] }).sorted() }
        x = numbered.first ?? []
        y = numbered.count > 1 ? numbered[1] : nil
    }

    private static func key(_ store: FoundStore) -> Key {
        store.identity.map { .file($0) } ?? .url(Array(store.path.utf8))
    }

    private static func precedes(_ a: FoundStore, _ b: FoundStore) -> Bool {
        a.path.utf8.lexicographicallyPrecedes(b.path.utf8)
    }
}
