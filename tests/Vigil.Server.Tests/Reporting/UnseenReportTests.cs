using System.Net;
using System.Security.Cryptography;
using System.Text;
using Vigil.CyberTip;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Scan;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>What nobody can see whole is reported for a named person's reason, and never as viewed.</summary>
public class UnseenReportTests
{
    private const string Why = "An exact match of two lists; the contact sheet agrees.";

    [Fact(Timeout = 240_000)]
    public async Task A_video_is_reported_after_a_look_at_its_contact_sheet_and_a_reason_and_not_before()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.SetAsync("training.required", "off");
        await server.SetAsync("reports.second_person", "never");
        var known = VideoTests.Draw("testsrc=duration=2:size=320x240:rate=10");
        await ListAsync(server, known);
        using var officer = await ConsoleUser.InviteAsync(server, "filing.one", "filing_officer");

        // Before anything is sealed: a similar match of which nothing is kept.
        var bare = await ConfirmedAsync(server, VideoTests.Clip.Value, "user-3", "review");
        await server.SetAsync(ScanRules.SealAtMatchSetting, "on");
        await Task.Delay(TimeSpan.FromSeconds(2.1), TestContext.Current.CancellationToken);
        var exact = await ConfirmedAsync(server, known, "user-1", "block");
        var similar = await ConfirmedAsync(server, VideoTests.Clip.Value, "user-2", "review");

        await ReportAsync(server, officer, exact, "user-1", "video");
        await ReportAsync(server, officer, similar, "user-2", "video");
        await BareAsync(server, officer, bare);
        // The policy asks for the first copy: an equal file in another case needs no second look, and a reason again.
        var copy = await ConfirmedAsync(server, known, "user-4", "block");
        var id = await server.DraftAsync(copy);
        Assert.Equal("reasons_missing", (await officer.ApproveAsync(id)).Code);
    }

    private static async Task ReportAsync(
        TestServer server,
        ConsoleUser officer,
        string reference,
        string account,
        string what
    )
    {
        var content = Assert.Single((await server.StandingAsync(new CaseRef(reference))).Contents).ContentId;
        var id = await server.DraftAsync(reference);
        Assert.Equal("views_missing", (await officer.ApproveAsync(id)).Code);
        Assert.Equal("not_open", (await ExplainAsync(officer, id, content, Why)).Code);

        Assert.Equal(HttpStatusCode.OK, (await officer.RenditionAsync(content, "sheet_strong")).Status);
        Assert.Equal("reasons_missing", (await officer.ApproveAsync(id)).Code);
        var named = await ExplainAsync(officer, id, content, $"Of {account}.");
        Assert.Equal("reason_names_somebody", named.Code);
        Assert.Equal("nothing_chosen", (await ExplainAsync(officer, id, null, Why)).Code);
        var said = await ExplainAsync(officer, id, content, Why);
        Assert.EndsWith("notice=report_explained", said.Location, StringComparison.Ordinal);
        var me = (await server.SignedInAsync(officer)).Actor.Name;
        var act = (await server.LedgerAsync("report.unseen_explained"))[^1];
        Assert.Equal((me, Why, id.ToString()), (act.Text("actor"), act.Text("reason"), act.Text("object")));

        // Who approves accepts it, point by point.
        var page = await officer.GetAsync(ReportWork.Page(id));
        Assert.Contains("nobody saw the video itself", page.Text, StringComparison.Ordinal);
        Assert.Contains(Why, page.Text, StringComparison.Ordinal);
        var silent = await officer.SendAsync(
            $"{ReportWork.Page(id)}/approval",
            page.Text,
            ("checked", "read"),
            ("checked", "destination")
        );
        Assert.Equal("checklist_incomplete", silent.Code);
        var approved = await officer.ApproveAsync(id);
        Assert.EndsWith("notice=report_approved", approved.Location, StringComparison.Ordinal);
        Assert.Contains(
            "\"unseen\":\"1\"",
            (await server.LedgerAsync("report.approved"))[^1].ToString(),
            StringComparison.Ordinal
        );

        var kept = (await server.GetJsonAsync($"/v1/reports/{id}")).GetProperty("unseen")[0];
        Assert.Equal((what, Why, me), (kept.Text("what"), kept.Text("because"), kept.Text("by")));
        Assert.Contains("fileViewedByEsp>false<", await DetailsAsync(server, id), StringComparison.Ordinal);
        Assert.False(await server.FileViewedAsync(content));
    }

    private static async Task BareAsync(TestServer server, ConsoleUser officer, string reference)
    {
        var id = await server.DraftAsync(reference);
        Assert.Equal("reasons_missing", (await officer.ApproveAsync(id)).Code);
        var page = await officer.GetAsync(ReportWork.Page(id));
        Assert.Contains("nobody here saw it", page.Text, StringComparison.Ordinal);
        var item = Guid.Parse(await server.ItemAsync(reference));
        await ExplainAsync(officer, id, item, "The platform keeps no copy.");
        var approved = await officer.ApproveAsync(id);
        Assert.EndsWith("notice=report_approved", approved.Location, StringComparison.Ordinal);
        Assert.Equal(
            "never_brought",
            (await server.GetJsonAsync($"/v1/reports/{id}")).GetProperty("unseen")[0].Text("what")
        );
    }

    private static async Task<ConsoleUser.Answer> ExplainAsync(
        ConsoleUser officer,
        Guid id,
        Guid? point,
        string reason
    )
    {
        (string, string)[] chosen = point is { } one ? [("point", one.ToString())] : [];
        return await officer.RawPostAsync(
            $"{ReportWork.Page(id)}/unseen",
            [
                .. chosen,
                ("reason", reason),
                ("__RequestVerificationToken", await officer.ForgeryAsync(ReportWork.Page(id))),
            ]
        );
    }

    /// <summary>An exact entry of one video, an entry of one frame of the other.</summary>
    private static async Task ListAsync(TestServer server, byte[] known)
    {
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        await server.EntryAsync(list, new SignalValue { Sha256 = SHA256.HashData(known) });
        var frame = (await VideoTests.FramesAsync())[2];
        await server.EntryAsync(list, new SignalValue { Pdq = Made.Bytes(frame.Hash) });
        await server.WithinASecondAsync(
            new ScanFacts
            {
                Fingerprint = new Fingerprint { Pictures = [new PdqResult(frame.Hash, frame.Quality)] },
            },
            Outcome.Review
        );
    }

    private static async Task<string> ConfirmedAsync(
        TestServer server,
        byte[] video,
        string account,
        string decision
    )
    {
        var hit = await server.ScanAsync(
            video,
            "surface=comment&wait=30",
            "video/mp4",
            request => request.Headers.Add("Vigil-Account", account)
        );
        Assert.Equal(decision, hit.Decision);
        var reference = hit.Text("caseRef")!;
        await server.DecideAsync(reference);
        return reference;
    }

    /// <summary>What is said of the files, as it is sent.</summary>
    private static async Task<string> DetailsAsync(TestServer server, Guid id)
    {
        var document = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => ReportDocuments.FindAsync(tx, id, ReportDocuments.Files)
            );
        return string.Concat(
            ApprovedFile
                .Read(document!)
                .Select(file => Encoding.UTF8.GetString(ReportXml.Write(file.ReadDetails()!)))
        );
    }
}
