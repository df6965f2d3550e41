/// Keys as `platonic keys list` prints them.
package enum KeyListing {
    /// A key, without anything secret.
    package struct Row: Encodable {
        let name: String
        let role: String
        let publicKey: String
        let isValid: Bool
        /// ISO 8601.
        let issued: String
        let revoked: String?

        /// Times in seconds since 1970.
        package init(name: String, role: String, publicKey: String, issued: Double, revoked: Double?) {
            self.name = name
            self.role = role
            self.publicKey = publicKey
            isValid = revoked == nil
            self.issued = TimeText.moment(secondsSince1970: issued)
            self.revoked = revoked.map { TimeText.moment(secondsSince1970: $0) }
        }
    }

    /// One row for each key.
    package static func text(_ rows: [Row], width: Int) -> String {
        TextTable(
            header: ["name", "role", "state", "issued", "revoked"],
            rows: rows.map {
                [
                    TerminalText.safe($0.name), TerminalText.safe($0.role), $0.isValid ? "valid" : "revoked", $0.issued,
                    $0.revoked ?? "-",
                ]
            }, textColumns: 5
        ).text(width: width)
    }

    /// For programs.
    package static func json(_ rows: [Row]) throws -> String { try SafeJSON.document(rows) }
}
