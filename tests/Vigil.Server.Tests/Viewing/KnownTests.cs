using System.Net;
using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>What a person here saw whole and confirmed is known from then on, and only that.</summary>
public class KnownTests
{
    private static readonly byte[] File = ViewingWork.Picture(2);

    [Fact(Timeout = 180_000)]
    public async Task A_similar_file_that_was_seen_whole_and_confirmed_is_known_once_that_can_no_longer_be_undone()
    {
        var time = new ManualTime();
        await using var server = await KnownWork.ListedAsync(time, canUndo: true);
        using var reviewer = await server.ReviewerAsync();
        var first = await server.UploadAsync(KnownWork.Near(File), "user-1");
        var content = await server.BringAsync(first, File);
        Assert.Equal(Outcome.Review, first.Outcome);

        await server.SeeAsync(reviewer, content, time);
        Assert.Equal(Outcome.Review, (await server.UploadAsync(KnownWork.Near(File), "user-2")).Outcome);
        await server.DecideAsync(first.CaseRef!);
        Assert.Equal(Outcome.Review, (await server.UploadAsync(KnownWork.Near(File), "user-3")).Outcome);
        time.Pass(TimeSpan.FromSeconds(31));
        await server.LeftAsync();

        var known = await server.UploadAsync(KnownWork.Near(File), "user-4");

        Assert.Equal(Outcome.Block, known.Outcome);
        var item = (await server.FileAsync(known.CaseRef!)).GetProperty("items")[0];
        Assert.Equal("known", item.Text("strength"));
        Assert.StartsWith("The same as a file that was seen whole here and confirmed", item.Text("summary"));
        Assert.Equal(
            ("confirmed", first.CaseRef),
            (item.GetProperty("equalFile").Text("verdict"), item.GetProperty("equalFile").Text("caseRef"))
        );
        var why = (await server.GetJsonAsync($"/v1/decisions/{known.ScanId}")).GetProperty("findings")[0];
        Assert.Equal("known", why.Text("strength"));
        Assert.Contains("an equal file was seen whole here and confirmed on ", why.Text("text"));
        Assert.Contains($"in case {first.CaseRef}. ", why.Text("text"), StringComparison.Ordinal);
        // Another file of the same picture is alike, no more.
        var other = await server.UploadAsync(KnownWork.Near(ViewingWork.Picture(3)), "user-5");
        Assert.Equal(Outcome.Review, other.Outcome);

        // It needs no look in its case either, until the confirmation is taken back.
        await server.BringAsync(known, File);
        var reference = new CaseRef(known.CaseRef!);
        Assert.Equal(0, (await server.StandingAsync(reference)).Missing);
        await server.PostAsync(
            $"/v1/cases/{first.CaseRef}/reopen",
            new { reason = ReviewWork.Why, person = ReviewWork.Person }
        );
        Assert.Equal(1, (await server.StandingAsync(reference)).Missing);
        Assert.Equal(Outcome.Review, (await server.UploadAsync(KnownWork.Near(File), "user-6")).Outcome);
    }

    [Fact(Timeout = 180_000)]
    public async Task Confirmed_without_a_look_at_the_whole_it_is_not_known()
    {
        await using var server = await KnownWork.ListedAsync(new ManualTime());
        using var reviewer = await server.ReviewerAsync();
        var first = await server.UploadAsync(KnownWork.Near(File), "user-1");
        var content = await server.BringAsync(first, File);
        Assert.Equal(HttpStatusCode.OK, (await reviewer.RenditionAsync(content)).Status);

        await server.DecideAsync(first.CaseRef!);

        Assert.Equal(Outcome.Review, (await server.UploadAsync(KnownWork.Near(File), "user-2")).Outcome);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_file_that_was_seen_and_is_not_CSAM_is_looked_at_again_and_never_confirmed_with_others()
    {
        var time = new ManualTime();
        await using var server = await KnownWork.ListedAsync(time);
        using var reviewer = await server.ReviewerAsync();
        using var admin = await People.ConsoleUser.InviteAsync(server, "ad.min", "admin");
        await server.EntryAsync(
            await server.ListAsync("one"),
            new SignalValue { Sha256 = System.Security.Cryptography.SHA256.HashData(File) }
        );
        await server.WithinASecondAsync(KnownWork.Exact(File), Outcome.Block);
        var first = await server.UploadAsync(KnownWork.Exact(File), "user-1");
        await server.SeeAsync(reviewer, await server.BringAsync(first, File), time);
        await server.DecideAsync(first.CaseRef!, "not_csam");
        await server.Kernel().Retention.SweepAsync(TenantId.Default);
        await server.EntryAsync(
            await server.ListAsync("two"),
            new SignalValue { Sha256 = System.Security.Cryptography.SHA256.HashData(File) }
        );
        await server.WithinASecondAsync(KnownWork.Exact(File), Outcome.Block);

        var again = await server.UploadAsync(KnownWork.Exact(File), "user-2");
        var content = await server.BringAsync(again, File);

        Assert.Equal(Outcome.Block, again.Outcome);
        Assert.Equal(1, (await server.StandingAsync(new CaseRef(again.CaseRef!))).Missing);
        await admin.PostAsync("/console/exact-matches", "/console/exact-matches", ("views", "never"));
        Assert.Equal(1, (await server.StandingAsync(new CaseRef(again.CaseRef!))).Missing);
        var refused = await server.PostAsync(
            "/v1/cases/decisions",
            new
            {
                cases = new[] { again.CaseRef },
                reason = ReviewWork.Why,
                person = ReviewWork.Person,
            },
            HttpStatusCode.Conflict
        );
        Assert.Equal("not_exact", refused.Text("code"));
        var page = (await reviewer.GetAsync($"/console/cases/{again.CaseRef}")).Text;
        Assert.Contains("A person here saw an equal file whole", page, StringComparison.Ordinal);
        Assert.Contains($"in case {first.CaseRef}", page, StringComparison.Ordinal);
        Assert.Contains(
            $"is not CSAM, decided on {time.GetUtcNow():yyyy-MM-dd} in case {first.CaseRef}",
            (await reviewer.GetAsync($"/console/contents/{content}")).Text,
            StringComparison.Ordinal
        );

        await server.SeeAsync(reviewer, content, time);
        Assert.Equal(0, (await server.StandingAsync(new CaseRef(again.CaseRef!))).Missing);
    }

    [Fact(Timeout = 180_000)]
    public async Task Exact_matches_are_confirmed_together_where_nobody_says_otherwise()
    {
        var time = new ManualTime();
        await using var server = await KnownWork.ListedAsync(time);
        using var reviewer = await server.ReviewerAsync();
        await server.EntryAsync(
            await server.ListAsync("one"),
            new SignalValue { Sha256 = System.Security.Cryptography.SHA256.HashData(File) }
        );
        await server.WithinASecondAsync(KnownWork.Exact(File), Outcome.Block);
        var first = await server.UploadAsync(KnownWork.Exact(File), "user-1");
        await server.SeeAsync(reviewer, await server.BringAsync(first, File), time);
        await server.DecideAsync(first.CaseRef!);
        var again = await server.UploadAsync(KnownWork.Exact(File), "user-2");
        await server.BringAsync(again, File);

        Assert.Equal(0, (await server.StandingAsync(new CaseRef(again.CaseRef!))).Missing);
        await server.PostAsync(
            "/v1/cases/decisions",
            new
            {
                cases = new[] { again.CaseRef },
                reason = ReviewWork.Why,
                person = ReviewWork.Person,
            }
        );
    }

    [Fact(Timeout = 180_000)]
    public async Task Any_member_of_a_stack_that_was_seen_whole_stands_for_the_others()
    {
        var time = new ManualTime();
        await using var server = await KnownWork.ListedAsync(time);
        using var reviewer = await server.ReviewerAsync();
        byte[][] files = [ViewingWork.Picture(2), ViewingWork.Picture(3), ViewingWork.Picture(4)];
        var contents = new List<Guid>();
        var reference = default(CaseRef);
        foreach (var (number, file) in files.Index())
        {
            var upload = await server.UploadAsync(KnownWork.Near(file, 8 + number), "user-1");
            reference = new CaseRef(upload.CaseRef!);
            contents.Add(await server.BringAsync(upload, file));
        }
        var before = await server.StandingAsync(reference);
        Assert.All(before.Contents, content => Assert.Equal(0, content.Stack));
        Assert.Equal([true, false, false], before.Contents.Select(content => content.MustBeSeen));

        await server.SeeAsync(reviewer, contents[1], time);

        Assert.Equal(0, (await server.StandingAsync(reference)).Missing);
        // Also once its bytes are destroyed.
        await server.ExecuteAsync(
            "update content set state = 'Destroyed' where tenant = @tenant and id = @id",
            new { id = contents[1] }
        );
        var after = await server.StandingAsync(reference);
        Assert.Equal((2, 0), (after.Contents.Count, after.Missing));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_member_that_was_seen_and_is_not_CSAM_stands_for_no_other()
    {
        var time = new ManualTime();
        await using var server = await KnownWork.ListedAsync(time);
        using var reviewer = await server.ReviewerAsync();
        byte[][] files = [ViewingWork.Picture(2), ViewingWork.Picture(3)];
        var contents = new List<Guid>();
        var reference = default(CaseRef);
        foreach (var (number, file) in files.Index())
        {
            var upload = await server.UploadAsync(KnownWork.Near(file, 8 + number), "user-1");
            reference = new CaseRef(upload.CaseRef!);
            contents.Add(await server.BringAsync(upload, file));
        }
        await server.SeeAsync(reviewer, contents[0], time);
        var before = await server.StandingAsync(reference);
        Assert.Equal(0, before.Missing);

        await server.PostAsync(
            $"/v1/cases/{reference.Value}/decision",
            new
            {
                verdict = "not_csam",
                reason = ReviewWork.Why,
                person = ReviewWork.Person,
                items = new[] { before.Contents.Single(one => one.ContentId == contents[0]).ItemId },
            }
        );

        var after = await server.StandingAsync(reference);
        Assert.True(after.Contents.Single(one => one.ContentId == contents[1]).MustBeSeen);
        Assert.Equal(1, after.Missing);
    }

    [Fact(Timeout = 180_000)]
    public async Task What_one_tenant_saw_says_nothing_to_another()
    {
        var time = new ManualTime();
        await using var server = await KnownWork.ListedAsync(time);
        using var reviewer = await server.ReviewerAsync();
        var first = await server.UploadAsync(KnownWork.Near(File), "user-1");
        await server.SeeAsync(reviewer, await server.BringAsync(first, File), time);
        await server.DecideAsync(first.CaseRef!);
        await server.PostAsync(
            "/v1/tenants",
            new { tenant = "acme", title = "A tenant" },
            HttpStatusCode.Created
        );
        var digest = await server.AskAsync<byte[]>(
            "select sha256_digest from content where tenant = @tenant limit 1",
            new { }
        );

        Assert.NotNull((await JudgedAsync(TenantId.Default)).Of(digest));
        // Even by the other's own digest.
        Assert.Empty((await JudgedAsync(new TenantId("acme"))).Files);

        Task<FilesJudged> JudgedAsync(TenantId tenant) =>
            server
                .Kernel()
                .Db.ReadAsync(
                    Actor.Machine(tenant, "test", Permission.ScanSubmit),
                    Permission.ScanSubmit,
                    tx => tx.AskAsync<FilesJudgedWanted, FilesJudged>(new FilesJudgedWanted([digest!]))
                );
    }

    [Fact]
    public void Who_says_that_it_is_not_CSAM_is_heard_before_those_who_confirmed_it()
    {
        var (digest, content) = (new byte[] { 1, 2 }, Guid.NewGuid());
        JudgedFile File(bool isConfirmed, int day, Guid? id = null) =>
            new(
                [1, 2],
                id ?? Guid.NewGuid(),
                new CaseRef($"VC-{day}"),
                isConfirmed,
                DateTimeOffset.UnixEpoch.AddDays(day)
            );
        var judged = new FilesJudged([File(true, 9), File(false, 2, content), File(true, 5)]);

        Assert.Equal((false, 2), Of(judged.Of(digest)));
        Assert.Equal((true, 9), Of(judged.Of(digest, besides: content)));
        Assert.Null(judged.Of([1, 3]));
        Assert.Null(judged.Of(null));
        Assert.Null(FilesJudged.None.Of(digest));

        static (bool, int) Of(JudgedFile? file) =>
            (file!.IsConfirmed, (int)(file.At - DateTimeOffset.UnixEpoch).TotalDays);
    }

    [Fact]
    public void Only_a_match_of_the_file_that_answers_for_something_is_asked_about()
    {
        var fact = new MatchFact
        {
            ListId = Guid.NewGuid(),
            EntryId = Guid.NewGuid(),
            Strength = MatchStrength.Similar,
            Purpose = ListPurpose.KnownCsam,
            ListMode = Mode.Enforce,
            By = MatchedBy.Picture,
            DistanceBits = 10,
            Picture = 0,
        };
        var facts = KnownWork.Near(File) with
        {
            Fingerprint = KnownWork.Near(File).Fingerprint! with { WholePictures = 1 },
        };
        bool May(MatchFact match) => KnownHere.MayChange([match], facts);

        Assert.True(May(fact));
        Assert.True(
            May(fact with { Strength = MatchStrength.WeakDigest, By = MatchedBy.Md5, Picture = null })
        );
        Assert.True(May(fact with { Strength = MatchStrength.Exact, By = MatchedBy.Sha256 }));
        Assert.True(May(fact with { Picture = 1, By = MatchedBy.Picture | MatchedBy.Md5 }));
        Assert.False(May(fact with { Picture = 1 }));
        Assert.False(May(fact with { Strength = MatchStrength.Known, By = MatchedBy.Sha256 }));
        Assert.False(May(fact with { Strength = MatchStrength.Contradiction, By = MatchedBy.Sha256 }));
        Assert.False(May(fact with { ListMode = Mode.Shadow }));
        Assert.False(May(fact with { Purpose = ListPurpose.Harmless }));
        Assert.False(May(fact with { By = MatchedBy.Domain }));
        Assert.False(KnownHere.MayChange([fact], Made.Near("near", 0)));
    }
}
