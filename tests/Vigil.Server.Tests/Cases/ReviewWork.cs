using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>What tests of review do to a server, in short.</summary>
internal static class ReviewWork
{
    public const string Why = "Seen, and judged by its facts.";

    /// <summary>Whom the first key names, and whom another.</summary>
    public const string Person = "anna";
    public const string Other = "ben";

    public static string PersonBehind(HttpClient? client) => client is null ? Person : Other;

    public static async Task<string> OpenAsync(this TestServer server, object request) =>
        (await server.PostAsync("/v1/cases", request, HttpStatusCode.Created)).Text("caseRef");

    public static Task<string> OpenAsync(
        this TestServer server,
        string? account = null,
        string problemType = "other",
        string? jurisdiction = null
    ) =>
        server.OpenAsync(
            new
            {
                account,
                problemType,
                jurisdiction,
                surface = "comment",
                text = "What somebody said.",
                reason = "A call came.",
            }
        );

    /// <summary>A match of an entry, as scanning tells it.</summary>
    public static async Task<string> MatchAsync(
        this TestServer server,
        EntryKey entry,
        string strength = "exact",
        int? distance = null,
        string? account = null
    ) =>
        (
            await server
                .Kernel()
                .Db.WriteAsync(
                    CaseWork.Scanner,
                    Permission.ScanSubmit,
                    tx =>
                        tx.AskAsync<CaseWanted, CaseRef>(
                            CaseWork.Wanted(account) with
                            {
                                Match = new MatchedEntry(entry, strength, distance),
                            }
                        )
                )
        ).Value;

    /// <summary>The content of a decided case is removed by a person; gives the act's id.</summary>
    public static async Task<string> RemoveContentAsync(this TestServer server, string reference) =>
        (
            await server.PostAsync(
                $"/v1/cases/{reference}/account-actions",
                new
                {
                    kind = "content_removed",
                    reason = Why,
                    person = Person,
                },
                HttpStatusCode.Created
            )
        ).Text("id");

    public static async Task<JsonElement> FileAsync(
        this TestServer server,
        string reference,
        HttpClient? client = null
    ) => await server.GetJsonAsync($"/v1/cases/{reference}/file", client: client);

    public static async Task<string> ItemAsync(this TestServer server, string reference) =>
        (await server.FileAsync(reference)).GetProperty("items")[0].Text("id");

    public static Task<JsonElement> ClaimAsync(
        this TestServer server,
        string reference,
        HttpClient? client = null,
        HttpStatusCode expected = HttpStatusCode.OK
    ) => server.PostAsync($"/v1/cases/{reference}/claim", new { }, expected, client: client);

    /// <summary>All that is open, as somebody does who has just read the case.</summary>
    public static async Task<JsonElement> DecideAsync(
        this TestServer server,
        string reference,
        string verdict = "confirmed",
        HttpStatusCode expected = HttpStatusCode.OK,
        HttpClient? client = null,
        long? lease = null
    ) =>
        await server.PostAsync(
            $"/v1/cases/{reference}/decision",
            new
            {
                verdict,
                reason = Why,
                itemsRead = await server.ItemCountAsync(reference),
                lease,
                person = PersonBehind(client),
            },
            expected,
            client: client
        );

    /// <summary>How many items a case of the default tenant holds; null: there is no such case.</summary>
    public static async Task<long?> ItemCountAsync(this TestServer server, string reference) =>
        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.FindAsync<long>(
                        """
                        select count(*) from case_item i join case_file f on f.tenant = i.tenant and f.id = i.case_id
                        where i.tenant = @tenant and f.ref = @reference
                        """,
                        new { reference }
                    )
            )
            is > 0
                and var count
            ? count
            : null;

    public static IEnumerable<string> TimelineOf(JsonElement file) =>
        file.GetProperty("timeline").EnumerateArray().Select(line => line.Text("what"));
}
