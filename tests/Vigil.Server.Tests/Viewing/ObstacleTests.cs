using System.Security.Cryptography;
using Vigil.Media;
using Vigil.Server.Features.Viewing;
using Vigil.Server.Features.Viewing.Seeing;
using Vigil.Server.Features.Viewing.Standing;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>What can never be shown whole is told apart from what nobody looked at.</summary>
public class ObstacleTests
{
    [Fact]
    public void A_look_that_shows_something_is_one_and_a_file_that_shows_nothing_needs_none()
    {
        var (picture, video, other) = (Row("picture"), Row("video"), Row("other"));
        (ContentRow Row, FileTry[] Tries, bool Anywhere, ShowObstacle? Obstacle, bool IsLookedAt)[] cases =
        [
            (picture, [], false, null, false),
            (picture, [Try(Found.Single)], false, null, true),
            (picture, [Try(Found.Animation)], false, ShowObstacle.Animation, true),
            (picture, [Try(Found.Animation, "tile")], false, ShowObstacle.Animation, false),
            (picture, [Try(Found.Truncated)], false, ShowObstacle.Truncated, true),
            (picture, [Try(Found.Single), Try(Found.TooLong)], false, ShowObstacle.TooLong, true),
            (picture, [Try(Found.Nothing)], false, ShowObstacle.Undecodable, true),
            // It crashed once, and was shown another time.
            (picture, [Try(Found.Nothing), Try(Found.Single)], false, null, true),
            (video, [], false, ShowObstacle.Video, false),
            (video, [Try(Found.Video)], false, ShowObstacle.Video, true),
            (video, [Try(Found.Nothing)], false, ShowObstacle.Undecodable, true),
            // An equal file in another case: what it is holds here too, the look only where the policy says so.
            (video, [Try(Found.Video, isHere: false)], false, ShowObstacle.Video, false),
            (video, [Try(Found.Video, isHere: false)], true, ShowObstacle.Video, true),
            (picture, [Try(Found.Animation, isHere: false)], false, ShowObstacle.Animation, false),
            (other, [], false, ShowObstacle.Undecodable, true),
        ];
        foreach (var one in cases)
        {
            Assert.Equal((one.Obstacle, one.IsLookedAt), Obstacles.Of(one.Row, one.Tries, one.Anywhere));
        }

        static FileTry Try(Found found, string shownAs = "grey_strong", bool isHere = true) =>
            new()
            {
                Found = found,
                ShownAs = shownAs,
                IsHere = isHere,
            };
    }

    [Fact]
    public void What_a_look_found_says_nothing_of_a_file_whose_bytes_did_not_come()
    {
        Found? Of(MediaOutcome outcome, int frames = 1, bool cut = false, bool video = false) =>
            Finding.Of(
                new Rendition
                {
                    Outcome = outcome,
                    Frames = frames,
                    Truncated = cut,
                },
                video
            );
        Assert.Null(Of(MediaOutcome.ReadError));
        Assert.Equal(
            [Found.Single, Found.Animation, Found.Truncated, Found.Video, Found.Nothing, Found.Nothing],
            [
                Of(MediaOutcome.Done),
                Of(MediaOutcome.Done, 2),
                Of(MediaOutcome.Done, cut: true),
                Of(MediaOutcome.Done, 90, video: true),
                Of(MediaOutcome.Damaged),
                Of(MediaOutcome.OutOfTime, video: true),
            ]
        );
    }

    [Theory]
    [InlineData(1080, 12000, true)]
    [InlineData(1080, 4200, true)]
    [InlineData(1080, 3000, false)]
    [InlineData(12000, 1080, true)]
    [InlineData(6000, 1080, false)]
    [InlineData(100, 3000, true)]
    [InlineData(100, 700, false)]
    [InlineData(6000, 4000, false)]
    [InlineData(1, 1, false)]
    [InlineData(0, 0, false)]
    public void Too_long_is_what_an_ordinary_window_makes_unreadable(int width, int height, bool isTooLong) =>
        Assert.Equal(isTooLong, Finding.IsTooLong(width, height));

    [Fact]
    public void A_similar_match_without_its_file_is_told_of_unless_one_alike_is_kept_or_was_seen()
    {
        var entries = Enumerable
            .Range(0, 3)
            .Select(_ => new EntryKey(Guid.NewGuid(), Guid.NewGuid()))
            .ToList();
        var items = Enumerable.Range(0, 6).Select(n => new Guid(n + 1, 0, 0, new byte[8])).ToList();
        MatchFacts Similar(int entry) => new(false, [entries[entry]]);
        var known = new Dictionary<Guid, MatchFacts>
        {
            [items[0]] = Similar(0),
            [items[1]] = Similar(0),
            [items[2]] = Similar(1),
            [items[3]] = Similar(2),
            [items[4]] = new MatchFacts(true, [entries[1]]),
            [items[5]] = new MatchFacts(false, []),
        };
        var (kept, gone) = (Row("picture", items[0]), Row("picture", items[2], "Destroyed"));
        Assert.Equal(
            [new UnkeptItem(items[2], true), new UnkeptItem(items[3], false)],
            UnkeptItems.Of([kept, gone], new HashSet<Guid>(), known, FilesJudged.None)
        );
        Assert.Equal(
            [new UnkeptItem(items[3], false)],
            UnkeptItems.Of([kept, gone], new HashSet<Guid> { gone.Id }, known, FilesJudged.None)
        );
        Assert.Empty(
            UnkeptItems.Of([], new HashSet<Guid>(), new Dictionary<Guid, MatchFacts>(), FilesJudged.None)
        );
        // A file equal to one that was seen whole and confirmed is known.
        known[items[3]] = Similar(2) with
        {
            FileDigest = [7],
        };
        var judged = new JudgedFile([7], Guid.NewGuid(), new CaseRef("VC-1"), true, DateTimeOffset.UnixEpoch);
        UnkeptItem[] Left(JudgedFile file) =>
            [.. UnkeptItems.Of([kept, gone], new HashSet<Guid>(), known, new FilesJudged([file]))];
        Assert.Equal([new UnkeptItem(items[2], true)], Left(judged));
        Assert.Equal(2, Left(judged with { IsConfirmed = false }).Length);
    }

    [Fact(Timeout = 120_000)]
    public async Task Looks_find_out_what_a_file_is_and_a_picture_that_can_be_seen_whole_still_must_be()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        var reference = await server.CaseAsync();
        var animation = await server.SealAsync(reference, TwoFrames());
        var cut = await server.SealAsync(reference, Cut());
        var longPicture = await server.SealAsync(reference, ViewingWork.Picture(3, 100, 3000));
        var ordinary = await server.SealAsync(reference, ViewingWork.Picture(4));
        var other = await server.SealAsync(reference, [.. "no picture at all"u8]);
        Assert.Equal(4, (await server.StandingAsync(reference)).Missing);
        using var reviewer = await server.ReviewerAsync();

        await reviewer.RenditionAsync(animation);
        await reviewer.RenditionAsync(cut);
        await RevealAsync(longPicture, 26, 768);
        // A window that is too small excuses nothing.
        await RevealAsync(ordinary, 20, 15);

        var standing = (await server.StandingAsync(reference)).Contents.ToDictionary(one => one.ContentId);
        Assert.Equal(
            [
                ShowObstacle.Animation,
                ShowObstacle.Truncated,
                ShowObstacle.TooLong,
                null,
                ShowObstacle.Undecodable,
            ],
            new[] { animation, cut, longPicture, ordinary, other }.Select(id => standing[id].Obstacle)
        );
        Assert.Equal(ordinary, Assert.Single(standing.Values, one => one.MustBeSeen).ContentId);
        Assert.Equal(4, standing.Values.Count(one => one.NeedsReason));
        Assert.DoesNotContain(standing.Values, one => one.FileViewed);
        var page = (await reviewer.GetAsync($"/console/cases/{reference}/contents")).Text;
        Assert.Contains("a report needs a reason", page, StringComparison.Ordinal);
        Assert.Contains(
            "Too long",
            (await reviewer.GetAsync($"/console/contents/{longPicture}")).Text,
            StringComparison.Ordinal
        );

        // Who saw what, and when; how long is theirs.
        var file = await server.GetJsonAsync($"/v1/cases/{reference}/file");
        var view = file.GetProperty("views")[0];
        Assert.Equal("reveal", view.Text("mode"));
        Assert.False(view.TryGetProperty("seconds", out _));

        async Task RevealAsync(Guid content, int width, int height)
        {
            var shown = await reviewer.RevealAsync(content, (await reviewer.TokenAsync(content)).TokenOrCode);
            time.Advance(TimeSpan.FromSeconds(3));
            await reviewer.EndAsync(content, shown.ViewOf(), 2000, width, height);
        }
    }

    private static ContentRow Row(string kind, Guid? item = null, string state = "Sealed") =>
        new()
        {
            Id = Guid.NewGuid(),
            ItemId = item,
            Kind = kind,
            State = state,
            Sha256Digest = SHA256.HashData(Guid.NewGuid().ToByteArray()),
        };

    /// <summary>A GIF of two pictures of one pixel each.</summary>
    private static byte[] TwoFrames()
    {
        byte[] frame = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
        return [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, .. frame, .. frame, 0x3B];
    }

    /// <summary>The first two thirds of a JPEG without meaning.</summary>
    private static byte[] Cut()
    {
        var whole = Scan.VideoTests.Draw("testsrc=duration=0.04:size=640x480:rate=25", "clip.jpg");
        return whole[..(whole.Length * 2 / 3)];
    }
}
