internal import Foundation
package import SweepModel
package import ZeroMQ

/// The keys of a coordinator and of everyone whom it lets in.
///
/// `server.secret` and `server.public` are the coordinator's. `allowed/NAME.json` says who may come in as what, or not any more.
/// `issued/NAME/` is what its owner needs (`client.secret`, `client.public`, `server.public`), to be handed over and deleted here.
package struct KeyDirectory: Sendable {
    package let path: String

    /// The key that `create` issues for whoever runs the coordinator.
    package static let adminName = "admin"

    /// The directory at `path`, which must be one.
    package init(_ path: String) throws(Complaint) {
        self.path = path
        try KeyFile.check(path, isSecret: false)
        try KeyFile.check(path + "/server.public", isSecret: false)
    }

    private init(unchecked path: String) { self.path = path }

    /// Makes a directory with the coordinator's keys and an admin's.
    package static func create(_ path: String) throws(Complaint) -> KeyDirectory {
        try KeyFile.makeDirectory(path)
        guard !FileManager.default.fileExists(atPath: path + "/server.secret") else {
            throw Complaint(
                .request, "there are keys already", at: path,
                advice: "keys are never overwritten: issue more with 'platonic keys issue', or name another directory")
        }
        for folder in ["allowed", "issued"] { try KeyFile.makeDirectory("\(path)/\(folder)") }
        let pair = try Self.pair()
        let directory = KeyDirectory(unchecked: path)
        try Self.whole(path) { (write) throws(Complaint) in
            try write("server.public", pair.publicKey.z85, false)
            try write("server.secret", pair.secretKey.z85, true)
            _ = try directory.issue(adminName, role: .admin)
        }
        return directory
    }

    /// Issues a key; returns the directory to hand over.
    package func issue(_ name: String, role: KeyRole) throws(Complaint) -> String {
        try Self.check(name)
        guard !FileManager.default.fileExists(atPath: allowed(name)) else {
            throw Complaint(
                .request, "a key '\(name)' was issued already", at: path,
                advice: "choose another name; 'platonic keys list' shows them all")
        }
        let server = try KeyFile.read(path + "/server.public", isSecret: false)
        let bundle = "\(path)/issued/\(name)"
        try KeyFile.makeDirectory(bundle)
        let pair = try Self.pair()
        let key = IssuedKey(
            name: name, role: role, publicKey: pair.publicKey.z85, issued: Date().timeIntervalSince1970.rounded(),
            revoked: nil)
        try Self.whole(bundle) { (write) throws(Complaint) in
            try write("server.public", server, false)
            try write("client.public", pair.publicKey.z85, false)
            try write("client.secret", pair.secretKey.z85, true)
            // The last step: whoever is allowed has a key.
            try KeyFile.write(try Self.json(key), to: allowed(name), isSecret: false)
        }
        return bundle
    }

    /// Lets the owner of a key in no more; a coordinator that runs notices within a second.
    package func revoke(_ name: String) throws(Complaint) {
        try Self.check(name)
        guard FileManager.default.fileExists(atPath: allowed(name)) else {
            throw Complaint(
                .request, "there is no key '\(name)'", at: path, advice: "'platonic keys list' shows them all")
        }
        let key = try Self.key(try KeyFile.read(allowed(name), isSecret: false), allowed(name))
        guard key.isValid else { return }
        let revoked = IssuedKey(
            name: key.name, role: key.role, publicKey: key.publicKey, issued: key.issued,
            revoked: Date().timeIntervalSince1970.rounded())
        try KeyFile.write(try Self.json(revoked), to: allowed(name), isSecret: false, replacing: true)
    }

    /// Every key that was issued, by name; what cannot be trusted or read is left out and complained of.
    package func list() throws(Complaint) -> (keys: [IssuedKey], complaints: [Complaint]) {
        let folder = path + "/allowed"
        try KeyFile.check(folder, isSecret: false)
        var keys: [IssuedKey] = []
        var complaints: [Complaint] = []
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
            // Not as if it were empty: that would revoke everybody.
            throw Complaint(
                .work, "the directory of keys cannot be read: \(error.localizedDescription)", at: folder,
                advice: "see that it is readable, and that this process may open more files")
        }
        for file in names.sorted() where file.hasSuffix(".json") && !file.hasPrefix(".") {
            let place = "\(folder)/\(file)"
            do throws(Complaint) {
                let key = try Self.key(try KeyFile.read(place, isSecret: false), place)
                guard key.name + ".json" == file else {
                    throw Complaint(
                        .request, "the file is of the key '\(key.name)'", at: place, advice: "give it its name")
                }
                keys.append(key)
            } catch { complaints.append(error) }
        }
        return (keys, complaints)
    }

    /// The coordinator's own secret key.
    package func serverSecret() throws(Complaint) -> CurveKey {
        try Self.curveKey(path + "/server.secret", isSecret: true)
    }

    // MARK: Parts

    private func allowed(_ name: String) -> String { "\(path)/allowed/\(name).json" }

    /// Writes files into `directory`, all or none: after a failure those that were written are deleted.
    private static func whole(
        _ directory: String,
        _ body: (_ write: (_ name: String, _ text: String, _ isSecret: Bool) throws(Complaint) -> Void)
            throws(Complaint) -> Void
    ) throws(Complaint) {
        var written: [String] = []
        do throws(Complaint) {
            try body { (name, text, isSecret) throws(Complaint) in
                try KeyFile.write(text, to: "\(directory)/\(name)", isSecret: isSecret)
                written.append("\(directory)/\(name)")
            }
        } catch {
            for path in written { unlink(path) }
            throw error
        }
    }

    private static func pair() throws(Complaint) -> CurveKeyPair {
        do { return try CurveKeyPair.generate() } catch {
            throw Complaint(.work, "no key can be made: \(error)", at: "libzmq", advice: "install a libzmq with CURVE")
        }
    }

    private static func check(_ name: String) throws(Complaint) {
        let isFine =
            (1...64).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "._-".utf8.contains($0)
            }
        guard isFine else {
            throw Complaint(
                .request, "'\(name)' cannot be the name of a key", at: "keys",
                advice: "use 1 to 64 letters, digits, dots, dashes and underscores")
        }
    }

    private static func json(_ key: IssuedKey) throws(Complaint) -> String {
        do { return try SortedJSON.text(key) } catch {
            throw Complaint(.work, "the key cannot be written: \(error)", at: key.name, advice: "report this as a bug")
        }
    }

    private static func key(_ text: String, _ path: String) throws(Complaint) -> IssuedKey {
        guard let key = try? JSONDecoder().decode(IssuedKey.self, from: Data(text.utf8)),
            CurveKey(z85: key.publicKey) != nil
        else {
            throw Complaint(
                .request, "the key file does not say whose key it is", at: path,
                advice: "remove it, and issue another key")
        }
        return key
    }

    static func curveKey(_ path: String, isSecret: Bool) throws(Complaint) -> CurveKey {
        guard let key = CurveKey(z85: try KeyFile.read(path, isSecret: isSecret)) else {
            throw Complaint(
                .request, "the file holds no key", at: path, advice: "a key is 40 characters; copy the file again")
        }
        return key
    }
}
