internal import Foundation
internal import ObjectStorage
internal import SweepModel

extension RemoteStore {
    /// The stores that a URL, a prefix or a pattern stands for, and what is passed over.
    static func expand(_ text: String) throws(Complaint) -> (found: [FoundStore], passedOver: PassedOver) {
        do {
            let settings = try S3Settings(environment: ProcessInfo.processInfo.environment)
            guard let (bucket, key) = ObjectListing.parts(text), isMany(key) else {
                guard !text.contains("*") || text.lowercased().hasPrefix("s3:"), !text.hasSuffix("/") else {
                    throw Complaint(
                        .request, "servers other than S3 list no files", at: RemoteComplaints.shown(text),
                        advice: "name each store, with a list under x in the specification for instance")
                }
                return ([store(try ObjectURL(text, settings).name, isNamed: true)], PassedOver())
            }
            let prefix = String(key.prefix { !PathPattern.isPattern(String($0)) })
            let keys = try ObjectListing.keys(in: bucket, prefix: prefix, settings)
            let (found, passedOver) = choose(keys, key, bucket)
            guard !found.isEmpty else {
                let passed = passedOver.sentences()
                throw Complaint(
                    .request, "no object (*.h5) is below the prefix or matches the pattern", at: text,
                    advice: passed.isEmpty ? "check the bucket and the prefix" : passed.joined(separator: "; "))
            }
            return (found, passedOver)
        } catch let error as TransferError {
            throw RemoteComplaints.of(error, text)
        } catch let complaint as Complaint {
            throw complaint
        } catch {
            throw Complaint(.work, "\(error)", at: RemoteComplaints.shown(text), advice: "report this as a bug")
        }
    }

    /// Whether a key names several objects: a bucket, a prefix that ends in a slash, or a pattern.
    private static func isMany(_ key: String) -> Bool {
        key.isEmpty || key.hasSuffix("/") || PathPattern.isPattern(key)
    }

    /// Of `keys` those that `written`, a prefix or a pattern, stands for.
    static func choose(
        _ keys: [String], _ written: String, _ bucket: String
    ) -> (found: [FoundStore], passedOver: PassedOver) {
        func url(_ key: String) -> String { "s3://\(bucket)/\(key)" }
        // A key that is written out is that object, brackets and all.
        if keys.contains(where: { $0.utf8.elementsEqual(written.utf8) }), !written.hasSuffix("/") {
            return ([store(url(written), isNamed: true)], PassedOver())
        }
        let isPrefix = !PathPattern.isPattern(written)
        let pattern = components(isPrefix ? written + PathPattern.anyFolders : written)
        let takesAll = pattern.last == PathPattern.anyFolders
        var found: [FoundStore] = []
        var passedOver = PassedOver()
        // A key that ends in a slash is a folder's own entry, as some programs write them.
        for key in keys where !key.hasSuffix("/") {
            let name = key.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? ""
            let isUsual = !takesAll || StoreName.isUsual(name)
            guard isUsual || StoreName.isNear(name) else { continue }
            switch PathPattern.match(components(key), pattern) {
            case .no: continue
            case .hidden: passedOver.add(url(key), .hidden)
            case .yes where isUsual: found.append(store(url(key), isNamed: false))
            case .yes: passedOver.add(url(key), .otherName)
            }
        }
        return (found, passedOver)
    }

    private static func components(_ key: String) -> ArraySlice<String> {
        key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)[...]
    }

    private static func store(_ url: String, isNamed: Bool) -> FoundStore {
        FoundStore(path: url, isNamed: isNamed, isLinked: false, identity: nil)
    }
}
