/// What a page says without its scripts and their data.
func prose(_ page: String) -> String {
    page.replacing(/<script( type="application\/json" class="[a-z]+")?>[^\u0000]*?<\/script>/, with: "")
}
