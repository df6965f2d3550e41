internal import ContentHash
internal import Foundation

/// The script of a page, from the files beside: what lies under the pointer is told, tables sort, choices leave the rest aside.
///
/// It adds what is seen of it itself, so that a page without scripts shows nothing that does not work.
enum PageScript {
    /// In this order: later ones take what earlier ones define.
    private static let files = [
        PackageResources.targets_js, PackageResources.tooltip_js, PackageResources.marking_js,
        PackageResources.pointing_js, PackageResources.tables_js, PackageResources.choices_js,
    ]

    /// What stands in the element. Its first and last line are comments to a browser, and let the page be XML whatever is between.
    private static let text = """
        //<![CDATA[
        "use strict";
        (() => {
        \(files.map { String(decoding: $0, as: UTF8.self) }.joined())})();
        //]]>
        """

    /// The script as an element, at the end of the page.
    static let element = "<script>\(text)</script>\n"

    /// By what a Content-Security-Policy knows it: the SHA-256 of what stands in the element.
    static let source = "sha256-" + digest.base64EncodedString()

    private static var digest: Data {
        let hex = Array(StrongDigest(of: Array(text.utf8)).description.utf8)
        return Data(
            stride(from: 0, to: hex.count, by: 2).compactMap {
                UInt8(String(decoding: hex[$0..<($0 + 2)], as: UTF8.self), radix: 16)
            })
    }

    /// An element of data for the script: JSON that is safe there.
    static func data(_ name: String, _ json: String) -> String {
        "<script type=\"application/json\" class=\"\(name)\">\(json)</script>\n"
    }
}
