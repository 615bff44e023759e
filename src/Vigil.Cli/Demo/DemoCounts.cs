using System.Text.Json;
using Spectre.Console;

namespace Vigil.Cli.Demo;

/// <summary>What the demonstration's server holds in the end, as its own API counts it.</summary>
internal static class DemoCounts
{
    /// <summary>The cases by where they come from, and the rest in a sentence.</summary>
    /// <exception cref="IOException">There are not as many as there should be.</exception>
    public static async Task<(Table Cases, string More)> ReadAsync(
        DemoApi api,
        CancellationToken cancellation
    )
    {
        var rows = await CasesAsync(api, cancellation);
        if (rows.Count != DemoCases.Count)
        {
            throw new IOException($"{rows.Count} cases were made, not {DemoCases.Count}.");
        }
        var table = new Table()
            .Border(TableBorder.None)
            .AddColumns("  cases from", "open", "decided", "closed", "claimed", "problem types");
        foreach (
            var origin in rows.GroupBy(row => CaseOf(row, "origin"))
                .OrderByDescending(origin => origin.Count())
        )
        {
            int Count(string state) => origin.Count(row => CaseOf(row, "state") == state);
            table.AddRow(
                $"  {origin.Key}",
                $"{Count("open")}",
                $"{Count("decided")}",
                $"{Count("closed")}",
                $"{origin.Count(row => TextOf(row, "claimedBy") is not null)}",
                $"{origin.Select(row => TextOf(row, "problemType")).Distinct().Count()}"
            );
        }
        var danger = rows.Count(row => row.GetProperty("isDanger").GetBoolean());
        var kept = (await api.GetAsync("/v1/retention", cancellation)).GetProperty("held").GetInt64();
        async Task<int> CountAsync(string path, string name) =>
            (await api.GetAsync(path, cancellation)).GetProperty(name).GetArrayLength();
        return (
            table,
            $"{rows.Count} cases; {kept} contents sealed; {danger} in the danger lane; "
                + $"{await CountAsync("/v1/stacks", "stacks")} stacks; "
                + $"{await CountAsync("/v1/grading/opinions", "opinions")} opinions wanted; "
                + $"{await CountAsync("/v1/appeals", "appeals")} appeal; "
                + $"{await CountAsync("/v1/training/samples", "samples")} training samples."
        );
    }

    private static async Task<List<JsonElement>> CasesAsync(DemoApi api, CancellationToken cancellation)
    {
        var rows = new List<JsonElement>();
        string? after = "";
        while (after is not null)
        {
            var page = await api.GetAsync($"/v1/cases?after={Uri.EscapeDataString(after)}", cancellation);
            rows.AddRange(page.GetProperty("cases").EnumerateArray());
            after = TextOf(page, "next");
        }
        return rows;
    }

    private static string? CaseOf(JsonElement row, string name) => TextOf(row.GetProperty("case"), name);

    private static string? TextOf(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? value.GetString() : null;
}
