using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.Server.Tests.Running;

namespace Vigil.Browser.Tests;

/// <summary>Some work done over the API, so that every page has something to show.</summary>
internal static class FilledServer
{
    private const string Enforced = "hotline-verified";
    private const string Shadowed = "shared-by-peers";

    public static async Task FillAsync(this TestServer server)
    {
        await ListAsync(server, Enforced, "known-csam", "verified", "enforce");
        await ListAsync(server, Shadowed, "known-csam", "single_source", "shadow");
        await ImportAsync(server, Enforced, Rows(0, 40) + "x,not a hash,,\n");
        await ImportAsync(server, Shadowed, Rows(20, 40));
        await TestServer.EventuallyAsync(
            async () => (await ScanAsync(server, 0, "member-1")) == "block" ? "blocked" : null,
            "a listed file is blocked"
        );
        for (var number = 0; number < 12; number++)
        {
            await ScanAsync(server, number, $"member-{number % 5}");
            await ScanAsync(server, 40 + number, $"member-{number % 5}");
        }
        var cases = (await CasesAsync(server)).ToList();
        await PostAsync(
            server,
            "/v1/flags",
            new
            {
                account = "member-9",
                surface = "comment",
                reason = "csam",
                jurisdiction = "US",
                contentRef = "comment/7",
                text = "A moderator should look at this.",
            }
        );
        await DecideAsync(server, cases[0], "confirmed");
        // Before the other decision: that one disputes an entry, and opens what rests on it again.
        await ReportAsync(server, cases[0]);
        await DecideAsync(server, cases[1], "not_csam");
        await PostAsync(
            server,
            "/v1/suppressions",
            new
            {
                sha256 = Sha256(500),
                reason = "The logo of a partner, on a list by mistake.",
                expiresAt = DateTimeOffset.UtcNow.AddDays(90),
            }
        );
        await PostAsync(
            server,
            "/v1/policies",
            new
            {
                title = "A person looks at everything",
                rules = new[]
                {
                    new
                    {
                        name = "All",
                        mode = "enforce",
                        outcome = "review",
                    },
                },
            }
        );
    }

    private static async Task ListAsync(
        TestServer server,
        string name,
        string purpose,
        string confidence,
        string mode
    )
    {
        await PostAsync(
            server,
            "/v1/lists",
            new
            {
                name,
                purpose,
                confidence,
                source = "Made for a test",
                attestation = "The hotline's analysts looked at each.",
            }
        );
        using var changed = await server.Client.PatchAsync(
            new Uri($"/v1/lists/{name}", UriKind.Relative),
            JsonContent.Create(new { mode, reason = "Agreed in the weekly meeting." })
        );
        changed.EnsureSuccessStatusCode();
    }

    private static async Task ImportAsync(TestServer server, string list, string csv)
    {
        using var content = new StringContent(csv, Encoding.UTF8, "text/csv");
        using var begun = await server.Client.PostAsync(
            new Uri($"/v1/lists/{list}/imports?format=csv", UriKind.Relative),
            content
        );
        begun.EnsureSuccessStatusCode();
        var id = (await TestServer.JsonOf(begun)).GetProperty("id").GetString();
        await TestServer.EventuallyAsync(
            async () =>
            {
                var now = await server.Client.GetFromJsonAsync<JsonElement>(
                    new Uri($"/v1/lists/{list}/imports/{id}", UriKind.Relative)
                );
                return now.GetProperty("state").GetString() == "done" ? "done" : null;
            },
            "the import is done"
        );
    }

    private static string Rows(int first, int count) =>
        "id,sha256,pdq,pdq_quality\n"
        + string.Concat(
            Enumerable
                .Range(first, count)
                .Select(number => $"made-{number},{Sha256(number)},{Sha256(number + 10_000)},100\n")
        );

    private static async Task<string?> ScanAsync(TestServer server, int number, string account)
    {
        var answer = await PostAsync(
            server,
            "/v1/scan",
            new
            {
                surface = "public_post",
                jurisdiction = "US",
                account,
                contentRef = $"post/{number}",
                hashes = new
                {
                    sha256 = Sha256(number),
                    pdq = Sha256(number + 10_000),
                    pdqQuality = 100,
                },
            }
        );
        return answer.GetProperty("decision").GetString();
    }

    private static async Task<IEnumerable<string>> CasesAsync(TestServer server)
    {
        var cases = await server.Client.GetFromJsonAsync<JsonElement>(new Uri("/v1/cases", UriKind.Relative));
        return cases
            .GetProperty("cases")
            .EnumerateArray()
            .Select(one => one.GetProperty("case").GetProperty("caseRef").GetString()!);
    }

    private static async Task DecideAsync(TestServer server, string reference, string verdict)
    {
        var read = await server.Client.GetFromJsonAsync<JsonElement>(
            new Uri($"/v1/cases/{reference}", UriKind.Relative)
        );
        await PostAsync(
            server,
            $"/v1/cases/{reference}/decision",
            new
            {
                verdict,
                reason = "Looked at on the platform.",
                itemsRead = read.GetProperty("itemCount").GetInt32(),
                person = "anna",
            }
        );
    }

    private static Task<JsonElement> ReportAsync(TestServer server, string reference) =>
        PostAsync(
            server,
            $"/v1/cases/{reference}/reports",
            new { destination = "cybertip", environment = "production" }
        );

    private static async Task<JsonElement> PostAsync(TestServer server, string path, object body)
    {
        using var answer = await server.Client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private static string Sha256(int number) =>
        Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)));
}
