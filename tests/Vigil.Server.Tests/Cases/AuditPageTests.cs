using System.Net;
using System.Text.RegularExpressions;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>Who looks at a decision again is not told it beforehand.</summary>
public partial class AuditPageTests
{
    [Fact(Timeout = 120_000)]
    public async Task An_audits_page_is_the_same_whatever_was_decided_and_gone_once_it_is_answered()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("cases.auditPercent", "100");
        var (yes, no) = (await server.OpenAsync(), await server.OpenAsync());
        await server.DecideAsync(yes);
        await server.DecideAsync(no, "not_csam");
        using var auditor = await server.ReviewerAsync();

        var list = await MainAsync(auditor, "/console/opinions");
        var pages = new List<string>();
        foreach (var reference in new[] { yes, no })
        {
            var path = $"/console/audits/{await server.ItemAsync(reference)}";
            Assert.Contains($"href=\"{path}\"", list, StringComparison.Ordinal);
            Assert.DoesNotContain($"href=\"/console/cases/{reference}\"", list, StringComparison.Ordinal);
            var page = await MainAsync(auditor, path);
            Assert.DoesNotContain($"href=\"/console/cases/{reference}\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain(ReviewWork.Person, page, StringComparison.Ordinal);
            Assert.DoesNotContain(ReviewWork.Why, page, StringComparison.Ordinal);
            pages.Add(Unmarked().Replace(page, ""));
        }
        Assert.Contains("What would you decide?", pages[0], StringComparison.Ordinal);
        Assert.Equal(pages[0], pages[1]);

        var own = $"/console/audits/{await server.ItemAsync(no)}";
        var words = await MainAsync(auditor, $"/console/cases/{no}/words?audit={await server.ItemAsync(no)}");
        Assert.Contains($"href=\"{own}\"", words, StringComparison.Ordinal);
        Assert.DoesNotContain($"href=\"/console/cases/{no}\"", words, StringComparison.Ordinal);
        await auditor.PostAsync(own, own, ("verdict", "confirmed"), ("reason", "Seen otherwise."));
        Assert.Equal("open", (await server.FileAsync(no)).GetProperty("case").Text("state"));
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.GetAsync(own)).Status);
    }

    [Fact(Timeout = 120_000)]
    public async Task It_is_for_somebody_else_than_who_decided_and_leads_to_the_content_and_back()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.SetAsync("cases.auditPercent", "100");
        var reference = await server.OpenAsync();
        var item = await server.ItemAsync(reference);
        var content = await server.SealAsync(
            new CaseRef(reference),
            ViewingWork.Picture(1),
            Guid.Parse(item)
        );
        using var decider = await server.ReviewerAsync();
        using var auditor = await server.ReviewerAsync("oth.er");
        var page = $"/console/audits/{item}";
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.GetAsync(page)).Status);
        await decider.PostAsync(
            $"/console/cases/{reference}",
            $"/console/cases/{reference}/decision",
            ("verdict", "confirmed"),
            ("reason", ReviewWork.Why)
        );

        Assert.Equal(HttpStatusCode.Conflict, (await decider.GetAsync(page)).Status);
        var opened = $"/console/contents/{content}?audit={item}";
        Assert.Contains($"href=\"{opened}\"", await MainAsync(auditor, page), StringComparison.Ordinal);
        var metadata = $"/console/contents/{content}/metadata?audit={item}";
        foreach (
            var (path, back) in new[]
            {
                (opened, page),
                (opened + "&as=grey_small", page),
                (metadata, opened),
            }
        )
        {
            var shown = await MainAsync(auditor, path);
            Assert.Contains($"href=\"{back}\" data-key=\"b\"", shown, StringComparison.Ordinal);
            // Each of its own addresses still knows of the audit, and none is the case's.
            Assert.DoesNotContain("/console/cases/", shown, StringComparison.Ordinal);
            Assert.All(
                Links().Matches(shown).Select(link => link.Value),
                link => Assert.Contains($"audit={item}", link, StringComparison.Ordinal)
            );
        }
    }

    /// <summary>To a content's pages.</summary>
    [GeneratedRegex("""(?:href|action)="/console/contents/[^"]*""")]
    private static partial Regex Links();

    private static async Task<string> MainAsync(ConsoleUser user, string path)
    {
        var page = await user.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        return page.Text[
            page.Text.IndexOf("<main", StringComparison.Ordinal)..page.Text.IndexOf(
                "</main>",
                StringComparison.Ordinal
            )
        ];
    }

    /// <summary>What is of one case alone: references, ids, times, tokens against forgery.</summary>
    [GeneratedRegex(
        """VC-[0-9A-Z-]+|[0-9a-f]{8}-[0-9a-f-]{27}|<time[^>]*>.*?</time>|<input type="hidden"[^>]*>""",
        RegexOptions.Singleline
    )]
    private static partial Regex Unmarked();
}
