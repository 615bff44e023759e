using System.Net;
using System.Net.Http.Json;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Lists;

public class ExportTests
{
    [Fact(Timeout = 180_000)]
    public async Task A_list_leaves_only_with_a_reason_in_the_ledger_whatever_its_terms()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("closed");
        await server.CreateListAsync("open", "harmless", "public");
        await server.ImportAsync("closed", ListsHere.Csv(0, 3));
        await server.ImportAsync("open", ListsHere.Csv(0, 3));

        var refused = await server.PostAsync(
            "/v1/lists/closed/exports",
            new { format = "csv" },
            HttpStatusCode.Conflict
        );
        var given = await TextAsync(server, "closed", new { format = "csv", reason = "its source agreed" });
        var unexplained = await server.PostAsync(
            "/v1/lists/open/exports",
            new { format = "csv", reason = " " },
            HttpStatusCode.BadRequest
        );
        var open = await TextAsync(server, "open", new { format = "csv", reason = "for the hotline" });

        Assert.Equal("onward_sharing_none", refused.Text("code"));
        Assert.Equal("reason_required", unexplained.Text("code"));
        Assert.Contains(ListsHere.Md5("1"), given);
        Assert.Equal(given.Split('\n').Order(), open.Split('\n').Order());
        var acts = await server.LedgerAsync("list.exported");
        Assert.Equal(2, acts.Count);
        Assert.Contains("its source agreed", acts[0]);
        Assert.Contains("for the hotline", acts[1]);
    }

    [Theory(Timeout = 180_000)]
    [InlineData("csv", 2500)]
    [InlineData("lines", 2050)]
    [InlineData("tx", 2050)]
    [InlineData("vics", 50)]
    public async Task What_is_exported_can_be_imported_again_whole(string format, int count)
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("from");
        await server.CreateListAsync("to");
        await server.ImportAsync("from", ListsHere.Csv(0, count));

        var file = await TextAsync(server, "from", new { format, reason = "a copy" });
        var import = await server.ImportAsync("to", file, $"?format={format}");

        Assert.True(import.Text("state") == "done", import.ToString());
        Assert.Equal(0, import.Number("rejected"));
        // CSV and VICS keep a file's fingerprints together, the others write a line for each.
        var each = format switch
        {
            "lines" => 3,
            "tx" => 2,
            _ => 1,
        };
        Assert.Equal(count * each, import.Number("added"));
    }

    [Fact(Timeout = 180_000)]
    public async Task Withdrawn_and_quarantined_entries_are_not_exported()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("states");
        await server.ImportAsync("states", ListsHere.Csv(0, 3));
        var entries = (await server.GetAsync("/v1/lists/states/entries"))
            .GetProperty("entries")
            .EnumerateArray()
            .OrderBy(entry => entry.Text("sourceRef"), StringComparer.Ordinal)
            .ToList();
        await server.PostAsync(
            $"/v1/lists/states/entries/{entries[0].Text("id")}/withdraw",
            new { reason = "x" }
        );
        await server.PostAsync(
            $"/v1/lists/states/entries/{entries[1].Text("id")}/quarantine",
            new { reason = "x" }
        );

        var file = await TextAsync(server, "states", new { format = "csv", reason = "a copy" });

        Assert.Equal(2, file.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains(ListsHere.Md5("2"), file);
    }

    [Fact(Timeout = 180_000)]
    public async Task What_a_format_has_no_place_for_is_counted_in_the_answer()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("left");
        await server.ImportAsync("left", ListsHere.Csv(0, 5));
        await server.PostAsync(
            "/v1/lists/left/entries",
            new { entries = new[] { new { domain = "bad.example" } } }
        );

        using var answer = await server.Client.PostAsJsonAsync(
            "/v1/lists/left/exports",
            new { format = "tx", reason = "a copy" }
        );

        Assert.Equal("6", Assert.Single(answer.Headers.GetValues("Vigil-Left-Out")));
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }

    private static async Task<string> TextAsync(TestServer server, string list, object wanted)
    {
        using var answer = await server.Client.PostAsJsonAsync($"/v1/lists/{list}/exports", wanted);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
