import Testing

@testable import ObjectStorage

struct CertificateBundleTests {
    private func path(_ variables: [String: String] = [:], there: [String] = []) -> String? {
        CertificateBundle.path(environment: { variables[$0] }, exists: { there.contains($0) })
    }

    @Test func systemsHaveItInTheirOwnPlaces() {
        for place in [
            "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        ] {
            #expect(path(there: [place]) == place)
        }
        #expect(path() == nil)
    }

    @Test func environmentComesFirst() {
        let there = ["/etc/ssl/certs/ca-certificates.crt"]
        #expect(path(["SSL_CERT_FILE": "/mine"], there: there) == "/mine")
        #expect(path(["SSL_CERT_FILE": "/mine", "AWS_CA_BUNDLE": "/lab"], there: there) == "/lab")
        // Set to nothing is as good as unset, as for other programs.
        #expect(path(["AWS_CA_BUNDLE": "", "CURL_CA_BUNDLE": "/curl"], there: there) == "/curl")
        #expect(path(["SSL_CERT_FILE": ""], there: there) == there[0])
    }
}
