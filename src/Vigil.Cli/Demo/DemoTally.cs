using Spectre.Console;
using Vigil.Cli.Lookups;
using Vigil.Cli.Output;
using Vigil.Matching;

namespace Vigil.Cli.Demo;

/// <summary>What became of the pictures, by the way they were changed.</summary>
internal sealed class DemoTally(IReadOnlySet<string> listed)
{
    private sealed record Row(string Transform)
    {
        public int Found;
        public int Missed;
        public int WronglyFound;
        public int NotLookedUp;
        public int FarthestBits;
        public SortedSet<MatchStrength> Strengths { get; } = [];
    }

    private readonly List<Row> _rows = [];

    public bool AnyNotLookedUp => _rows.Exists(row => row.NotLookedUp > 0);

    public int Files { get; private set; }

    public void Begin(string transform) => _rows.Add(new Row(transform));

    /// <summary>
    /// Found is only who was found as itself; a listed picture that was found as another was found wrongly.
    /// </summary>
    public void Count(LookupReport report)
    {
        var row = _rows[^1];
        var name = DemoPictures.NameOf(report.Input);
        var own = report.Matches.Where(match => match.Entry == name).ToList();
        Files++;
        if (report.Failure is not null)
        {
            row.NotLookedUp++;
        }
        else if (listed.Contains(name) && own.Count == 0)
        {
            row.Missed++;
        }

        row.Found += own.Count > 0 ? 1 : 0;
        row.WronglyFound += report.Matches.Count > own.Count ? 1 : 0;
        foreach (var match in own)
        {
            row.Strengths.Add(match.Strength);
            row.FarthestBits = Math.Max(row.FarthestBits, match.Distance ?? 0);
        }
    }

    public Table ToTable(int others)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("changed by");
        table.AddColumn(new TableColumn($"found of {listed.Count}").RightAligned());
        table.AddColumn(new TableColumn("missed").RightAligned());
        table.AddColumn(new TableColumn($"wrongly found of {others + listed.Count}").RightAligned());
        table.AddColumn("as");
        table.AddColumn(new TableColumn("at most bits").RightAligned());
        foreach (var row in _rows)
        {
            AddRow(table, row);
        }

        table.AddEmptyRow();
        table.AddRow(
            "all",
            $"{_rows.Sum(row => row.Found)} of {listed.Count * _rows.Count}",
            $"{_rows.Sum(row => row.Missed)}",
            $"{_rows.Sum(row => row.WronglyFound)} of {(others + listed.Count) * _rows.Count}"
        );
        return table;
    }

    private static void AddRow(Table table, Row row) =>
        table.AddRow(
            row.Transform,
            $"{row.Found}",
            $"{row.Missed}" + (row.NotLookedUp > 0 ? $" ({row.NotLookedUp} not looked up)" : ""),
            $"{row.WronglyFound}",
            string.Join(", ", row.Strengths.Select(Advice.Kebab)),
            row.Found > 0 ? $"{row.FarthestBits}" : ""
        );
}
