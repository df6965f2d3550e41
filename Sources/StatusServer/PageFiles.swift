/// The page and what it loads, which are files of this module and part of the program.
enum PageFiles {
    private static let files: [String: Document] = [
        "/": Document(PackageResources.page_html, type: "text/html; charset=utf-8"),
        "/page.css": Document(PackageResources.page_css, type: "text/css; charset=utf-8"),
        "/page.js": Document(PackageResources.page_js, type: "text/javascript; charset=utf-8"),
    ]

    /// The file at `path`; nil where there is none.
    static func file(_ path: String) -> Document? { files[path] }
}
