namespace Vigil.Server.Ui;

/// <summary>The menu's groups, in order. An entry stands in the group of its module.</summary>
internal static class Navigation
{
    private static readonly (string Title, string[] Modules)[] Groups =
    [
        ("", []),
        (
            "Work",
            [
                "Features/Lists",
                "Features/Scan",
                "Features/Cases",
                "Features/Viewing",
                "Features/NoticesReceived",
                "Features/Preservation",
                "Features/Reporting",
                "Features/LegalProcess",
                "Features/History",
            ]
        ),
        ("Operation", ["Features/Webhooks", "Features/Alarms"]),
        ("Administration", ["Features/Admin"]),
    ];

    public static IEnumerable<(string Title, IReadOnlyList<NavItem> Items)> Of(
        IEnumerable<Module> modules,
        Func<NavItem, bool> isSeen
    ) =>
        modules
            .SelectMany(module => module.Nav.Select(item => (item, group: GroupOf(module, item))))
            .Where(entry => isSeen(entry.item))
            .GroupBy(entry => entry.group, entry => entry.item)
            .OrderBy(group => group.Key)
            .Select(group => (Groups[group.Key].Title, (IReadOnlyList<NavItem>)[.. group]));

    private static int GroupOf(Module module, NavItem item) =>
        item.Path == "/console"
            ? 0
            : Math.Max(1, Array.FindIndex(Groups, group => group.Modules.Contains(module.Name)));
}
