using Vigil.CyberTip;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>The form that a person writes a report with has what the API has.</summary>
public class NewReportFormTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_person_says_the_incident_type_or_leaves_it_to_the_case()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await CaseAsync(server, "user-1", 1);
        using var officer = await OfficerAsync(server);

        var (said, derived) = (
            await WrittenAsync(server, officer, reference, ("incidentType", "OnlineEnticement")),
            await WrittenAsync(server, officer, reference, ("incidentType", ""))
        );
        Assert.Equal(
            (IncidentType.OnlineEnticement, IncidentType.Csam),
            (TypeOf(said.Draft), TypeOf(derived.Draft))
        );
        var page = await officer.GetAsync(PageOf(reference));
        Assert.Contains("by the case: csam", page.Text, StringComparison.Ordinal);
        Assert.Equal(
            "unknown_incident_type",
            (await SendAsync(officer, reference, ("incidentType", "2"))).Code
        );

        static IncidentType TypeOf(ReportDraft draft) => draft.Tip.Report.IncidentSummary.IncidentType;
    }

    [Fact(Timeout = 120_000)]
    public async Task Another_report_follows_one_of_the_account_that_the_page_offers()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await CaseAsync(server, "user-1", 1);
        var stranger = await CaseAsync(server, "user-2", 2);
        using var officer = await OfficerAsync(server);
        Assert.DoesNotContain(
            "name=\"follows\"",
            (await officer.GetAsync(PageOf(reference))).Text,
            StringComparison.Ordinal
        );

        var (first, other) = (
            await WrittenAsync(server, officer, reference),
            await WrittenAsync(server, officer, stranger)
        );
        var page = (await officer.GetAsync(PageOf(reference))).Text;
        Assert.Contains($"<option value=\"{first.Row.Id}\">draft since", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"<option value=\"{other.Row.Id}\">", page, StringComparison.Ordinal);
        var second = await WrittenAsync(server, officer, reference, ("follows", $"{first.Row.Id}"));
        Assert.Equal((first.Row.Id, null), (second.Row.Follows, first.Row.Follows));

        (string, string)[][] wrong =
        [
            [("follows", "the first")],
            [("follows", $"{other.Row.Id}")],
            [("follows", $"{first.Row.Id}"), ("destination", "police")],
        ];
        foreach (var fields in wrong)
        {
            Assert.Equal("bad_follows", (await SendAsync(officer, reference, fields)).Code);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_batch_names_other_cases_of_the_very_file_where_the_recipient_takes_one()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var one = await CaseAsync(server, "user-1", 1);
        var (two, three) = (await CaseAsync(server, "user-2", 1), await CaseAsync(server, "user-3", 1));
        var other = await CaseAsync(server, "user-4", 2);
        using var officer = await OfficerAsync(server);

        var batch = await WrittenAsync(server, officer, one, ("batch", $" {two}\r\n{three}, \r\n"));
        Assert.Equal([two, three], batch.Draft.BatchCases);
        Assert.Equal(3, batch.Draft.Tip.Report.PersonOrUserReported.Count);
        Assert.Empty((await WrittenAsync(server, officer, one, ("batch", " \r\n"))).Draft.BatchCases);

        Assert.Equal("not_in_this_batch", (await SendAsync(officer, one, ("batch", other))).Code);
        Assert.Equal("bad_batch", (await SendAsync(officer, one, ("batch", "VC-1"))).Code);
        Assert.Equal(
            "no_batch",
            (await SendAsync(officer, one, ("batch", two), ("destination", "de-bka"))).Code
        );
    }

    private static string PageOf(string reference) => $"/console/reports?case={reference}";

    private static Task<ConsoleUser.Answer> SendAsync(
        ConsoleUser officer,
        string reference,
        params (string Name, string Value)[] fields
    ) =>
        officer.PostAsync(
            PageOf(reference),
            "/console/reports/new",
            [
                .. fields
                    .Concat([("destination", "cybertip"), ("environment", "test")])
                    .DistinctBy(field => field.Item1),
            ]
        );

    private static async Task<(ReportRow Row, ReportDraft Draft)> WrittenAsync(
        TestServer server,
        ConsoleUser officer,
        string reference,
        params (string, string)[] fields
    )
    {
        var answer = await SendAsync(officer, reference, fields);
        Assert.EndsWith("?notice=report_drafted", answer.Location, StringComparison.Ordinal);
        var id = Guid.Parse(answer.Location!.Split('/', '?')[^2]);
        return await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                async tx =>
                {
                    var row = (await ReportRow.FindAsync(tx, id))!;
                    return (row, await Drafts.ReadAsync(tx, row));
                }
            );
    }

    private static async Task<ConsoleUser> OfficerAsync(TestServer server)
    {
        await server.SetAsync("training.required", "off");
        return await ConsoleUser.InviteAsync(server, "filing.one", "filing_officer");
    }

    private static async Task<string> CaseAsync(TestServer server, string account, int picture)
    {
        var reference = await server.HitAsync(account);
        var item = Guid.Parse(await server.ItemAsync(reference.Value));
        await server.SealAsync(reference, ViewingWork.Picture(picture), item);
        await server.DecideAsync(reference.Value);
        return reference.Value;
    }
}
