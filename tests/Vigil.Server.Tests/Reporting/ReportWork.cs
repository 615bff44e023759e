using System.Net;
using System.Text.RegularExpressions;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>Confirmed cases, drafts that may be approved, and people who approve them.</summary>
internal static partial class ReportWork
{
    public static readonly Actor Officer = Actor.Machine(
        TenantId.Default,
        "test",
        Permission.ReportFile,
        Permission.ReportRead
    );

    public static string Package { get; } =
        AllDestinations
            .All.First(destination => destination.Kind == Features.Reporting.DeliveryKind.Package)
            .Code;

    /// <summary>Where nobody answers for the cases yet, what these tests need of them.</summary>
    public static void AnswerForCases(this TestServer server)
    {
        if (!server.Kernel().Reactions.IsAnswered<ReportableCaseWanted>())
        {
            server
                .Kernel()
                .Reactions.Answer<ReportableCaseWanted, ReportableCase>(
                    async (tx, wanted) =>
                        new ReportableCase
                        {
                            IsThere = true,
                            Account = "user-1",
                            Items =
                            [
                                .. (
                                    await tx.QueryAsync<string>(
                                        """
                                        select i.state from case_item i join case_file f on f.tenant = i.tenant and f.id = i.case_id
                                        where i.tenant = @tenant and f.ref = @reference
                                        """,
                                        new { reference = wanted.Case.Value }
                                    )
                                ).Select(state => new ReportableItem
                                {
                                    ItemId = Guid.NewGuid(),
                                    Origin = CaseOrigin.Match,
                                    State = state,
                                }),
                            ],
                        }
                );
        }
    }

    public static async Task<string> ConfirmedAsync(this TestServer server, string account)
    {
        var reference = (await server.HitAsync(account)).Value;
        await server.DecideAsync(reference);
        return reference;
    }

    /// <summary>Real packages may go to the NCA, and one was filed there: one person approves the next.</summary>
    public static async Task OpenPackagesAsync(this TestServer server)
    {
        await server.SetAsync(CaseRouting.EstablishmentSetting, "GB");
        var first = await server.DraftAsync(await server.ConfirmedAsync("user-of-before"), Package);
        await server.ExecuteAsync(
            "update report set state = 'Filed' where tenant = @tenant and id = @first",
            new { first }
        );
    }

    /// <summary>Another item of a case, as a person's decision leaves it: in no report yet.</summary>
    /// <param name="server">Whose.</param>
    /// <param name="reference">Of a case with one item.</param>
    /// <param name="state">Confirmed; or Open, where nobody decided yet.</param>
    public static async Task<Guid> ConfirmAnotherAsync(
        this TestServer server,
        string reference,
        string state = "Confirmed"
    )
    {
        var id = Guid.CreateVersion7();
        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx =>
                    tx.ExecuteAsync(
                        """
                        insert into case_item (tenant, id, case_id, origin, surface, jurisdiction, decision, summary, at,
                            flag_count, names_no_suspect, state, decided_at)
                        select i.tenant, @id, i.case_id, i.origin, i.surface, i.jurisdiction, i.decision, i.summary, @now,
                            0, i.names_no_suspect, @state, @at
                        from case_item i join case_file f on f.tenant = i.tenant and f.id = i.case_id
                        where i.tenant = @tenant and f.ref = @reference
                        """,
                        new
                        {
                            id,
                            reference,
                            state,
                            now = tx.Now,
                            at = state == "Open" ? (DateTimeOffset?)null : tx.Now,
                        }
                    )
            );
        return id;
    }

    /// <summary>A draft of which nothing is missing that is not explained.</summary>
    /// <param name="server">Whose.</param>
    /// <param name="reference">A confirmed case.</param>
    /// <param name="destination">Code.</param>
    /// <param name="environment">Null: test, and production for a package, which real cases have nowhere else.</param>
    /// <param name="isExplained">Why something is missing is said.</param>
    public static async Task<Guid> DraftAsync(
        this TestServer server,
        string reference,
        string destination = "cybertip",
        ReportEnvironment? environment = null,
        bool isExplained = true
    )
    {
        var recipient = AllDestinations.Find(destination)!;
        var isPackage = recipient.Kind == Features.Reporting.DeliveryKind.Package;
        await server.SetAsync("report.reporterName", "SAMPLE Trust and Safety");
        await server.SetAsync("report.reporterEmail", "reports@example.com");
        return await server
            .Kernel()
            .Db.ActAsync(
                Officer,
                Permission.ReportFile,
                async tx =>
                {
                    var report = await Drafts.CreateAsync(
                        tx,
                        new CaseRef(reference),
                        recipient,
                        environment ?? (isPackage ? ReportEnvironment.Production : ReportEnvironment.Test),
                        null
                    );
                    if (isExplained)
                    {
                        await ExplainAsync(tx, report);
                    }
                    return report.Id;
                }
            );
    }

    private static async Task ExplainAsync(Tx tx, ReportRow report)
    {
        var draft = await Drafts.ReadAsync(tx, report);
        var standing = await Drafts.StandingAsync(tx, report, draft);
        await Drafts.SaveAsync(
            tx,
            report,
            draft with
            {
                // What the first of the packages asks besides.
                Extra = new Dictionary<string, string>(draft.Extra)
                {
                    ["nca.registration"] = "SAMPLE-1",
                    ["nca.declaration"] = "SAMPLE officer",
                },
                CannotSupply = standing.Missing.ToDictionary(field => field.Path, _ => "It is not kept."),
            },
            report.DraftVersion
        );
        var changed = (await ReportRow.FindAsync(tx, report.Id))!;
        var after = await Drafts.StandingAsync(tx, changed, await Drafts.ReadAsync(tx, changed));
        Assert.Empty(after.Blocking.Select(finding => $"{finding.Path} {finding.Rule}: {finding.Text}"));
    }

    /// <summary>As building a package leaves it.</summary>
    /// <param name="server">Whose.</param>
    /// <param name="id">Of the report.</param>
    /// <param name="of">SHA-256 of the document in it; null: a row of before that was kept.</param>
    /// <param name="daysAgo">When.</param>
    public static Task<int> BuiltAsync(this TestServer server, Guid id, byte[]? of, int daysAgo = 0) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx =>
                    tx.ExecuteAsync(
                        """
                        insert into report_package (tenant, id, report_id, recipient_id, built_at, built_by, sha256,
                            bytes, media, document_sha256)
                        values (@tenant, @row, @id, @row, @at, 'person:sample', @sha256, 1, 0, @of)
                        """,
                        new
                        {
                            row = Guid.CreateVersion7(),
                            id,
                            at = tx.Now.AddDays(-daysAgo),
                            sha256 = new byte[32],
                            of,
                        }
                    )
            );

    /// <summary>Of the very bytes that are approved.</summary>
    public static async Task BuiltAsync(this TestServer server, Guid id)
    {
        var document = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => ReportDocuments.FindAsync(tx, id, ReportDocuments.Approved)
            );
        await server.BuiltAsync(id, System.Security.Cryptography.SHA256.HashData(document!));
    }

    public static string Page(Guid id) => $"/console/reports/{id}";

    /// <summary>Reads the page and sends its form of approval, every point ticked.</summary>
    public static async Task<ConsoleUser.Answer> ApproveAsync(
        this ConsoleUser user,
        Guid id,
        string act = "approval",
        params (string, string)[] more
    )
    {
        var page = await user.GetAsync(Page(id));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        var ticks = Tick().Matches(page.Text).Select(match => ("checked", match.Groups["code"].Value));
        return await user.SendAsync($"{Page(id)}/{act}", page.Text, [.. ticks, .. more]);
    }

    public static async Task<string> StateAsync(this TestServer server, Guid id) =>
        (await server.GetJsonAsync($"/v1/reports/{id}")).GetProperty("report").Text("state");

    /// <summary>As the page of a problem shows it.</summary>
    public static string CodeOf(ConsoleUser.Answer answer) => answer.Code;

    [GeneratedRegex("name=\"checked\" value=\"(?<code>[a-z]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Tick();
}
