/// The samples of each group, both in the order in which they come.
func groupMembers(_ groups: [Int32]) -> [[Int32]] {
    let members = Dictionary(grouping: 0..<Int32(clamping: groups.count)) { groups[Int($0)] }
    return members.values.sorted { $0[0] < $1[0] }
}
