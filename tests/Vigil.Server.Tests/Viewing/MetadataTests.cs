using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Media;
using Vigil.Server.Features.Viewing.Limits;
using Vigil.Server.Features.Viewing.Seeing;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>A file's metadata: for a reason, in the ledger first, places for who needs to know.</summary>
public class MetadataTests
{
    private const string Camera = "SampleCam 1";
    private const string Serial = "SN-4711";
    private const string Latitude = "52 deg 30";

    private static readonly Guid View = Guid.NewGuid();

    [Fact(Timeout = 180_000)]
    public async Task It_is_shown_for_a_reason_on_record_and_places_only_to_who_may_and_asks()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.CaseAsync();
        var content = await server.SealAsync(reference, Tagged());
        var other = await server.SealAsync(reference, [.. "no picture at all"u8]);
        using var reviewer = await server.ReviewerAsync();
        using var senior = await ConsoleUser.InviteAsync(server, "sen.ior", "senior_reviewer");
        var page = $"/console/contents/{content}/metadata";

        var asked = await reviewer.GetAsync(page);
        Assert.Equal(HttpStatusCode.OK, asked.Status);
        Assert.DoesNotContain(Camera, asked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"place\"", asked.Text, StringComparison.Ordinal);
        foreach (
            var (reason, text) in new[] { ("curious", "To see."), ("grade", " "), ("grade", "a\u0001b") }
        )
        {
            var refused = await reviewer.PostAsync(page, page, ("reason", reason), ("text", text));
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        }
        Assert.Empty(await server.LedgerAsync("content.opened"));
        Assert.Empty(await server.ViewsAsync());

        // Asking for places does not help who may not see them.
        var shown = await reviewer.MetadataAsync(content, ("place", "on"));
        Assert.Equal(HttpStatusCode.OK, shown.Status);
        Assert.True(shown.Raw.Headers.CacheControl!.NoStore);
        Assert.Contains(Camera, shown.Text, StringComparison.Ordinal);
        Assert.Contains(Serial, shown.Text, StringComparison.Ordinal);
        Assert.Contains("a&lt;b&gt;&amp;", shown.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Latitude, shown.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Sampletown", shown.Text, StringComparison.Ordinal);
        Assert.Contains("Place left out", shown.Text, StringComparison.Ordinal);
        var view = Assert.Single(await server.ViewsAsync());
        var act = Assert.Single(await server.LedgerAsync("content.opened"));
        Assert.Equal($"metadata, grade: Grading the case. [view {view.Id}]", act.Text("reason"));
        Assert.Equal(content.ToString(), act.Text("object"));
        Assert.Equal(
            (content, "metadata", false, 0),
            (view.ContentId, view.Mode, view.ShownWhole, view.Seconds)
        );
        Assert.Equal((false, false), await ViewedAsync(server, reference, content));

        Assert.DoesNotContain(Latitude, (await senior.MetadataAsync(content)).Text, StringComparison.Ordinal);
        Assert.Equal((false, false), await ViewedAsync(server, reference, content));
        var whole = await senior.MetadataAsync(content, ("place", "on"));
        Assert.Contains(Latitude, whole.Text, StringComparison.Ordinal);
        Assert.Contains("Sampletown", whole.Text, StringComparison.Ordinal);
        Assert.Contains("All of it is shown", whole.Text, StringComparison.Ordinal);
        Assert.Equal((false, true), await ViewedAsync(server, reference, content));
        var acts = await server.LedgerAsync("content.opened");
        Assert.Equal(
            ["metadata with place, grade", "metadata, grade", "metadata, grade"],
            acts.Select(one => one.Text("reason").Split(':')[0]).Order(StringComparer.Ordinal)
        );
        Assert.Contains("3 times, all of it", (await reviewer.GetAsync($"/console/contents/{content}")).Text);

        // Opened, and nothing to show: on record all the same.
        var unread = await senior.MetadataAsync(other, ("place", "on"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unread.Status);
        Assert.Equal((false, false), await ViewedAsync(server, reference, other));
        Assert.Equal(4, (await server.ViewsAsync()).Count);
        Assert.Equal(4, (await server.LedgerAsync("content.opened")).Count);
        await OthersSeeNothingAsync(server, page);
        // It has no reader of its own beside the server's one.
        await server.Server.Services.GetRequiredService<MetadataPool>().DisposeAsync();
        var closed = await senior.MetadataAsync(content);
        Assert.Equal(HttpStatusCode.InternalServerError, closed.Status);
    }

    private static async Task OthersSeeNothingAsync(TestServer server, string page)
    {
        using var admin = await ConsoleUser.InviteAsync(server, "ad.min", "admin");
        using var investigator = await ConsoleUser.InviteAsync(server, "in.vestigator", "investigator");
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.GetAsync(page)).Status);
        // Of a case that was not granted, and of a content that never was.
        Assert.Equal(HttpStatusCode.NotFound, (await investigator.GetAsync(page)).Status);
        var forgery = await investigator.ForgeryAsync("/console/account");
        var posted = await investigator.RawPostAsync(
            page,
            ("reason", "grade"),
            ("text", "Grading."),
            ("__RequestVerificationToken", forgery)
        );
        Assert.Equal(HttpStatusCode.NotFound, posted.Status);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await investigator.GetAsync($"/console/contents/{Guid.NewGuid()}/metadata")).Status
        );
        using var byKey = await server.Client.GetAsync(new Uri(page, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Forbidden, byKey.StatusCode);
        Assert.Equal(4, (await server.ViewsAsync()).Count);
    }

    [Fact]
    public void Places_are_left_out_and_told_and_only_what_is_whole_counts()
    {
        var tag = new MetadataTag(MetadataGroup.Camera, "IFD0", "Model", Camera);
        var place = new MetadataTag(MetadataGroup.Place, "GPS", "GPSLatitude", Latitude);
        var format = new MetadataTag(MetadataGroup.Other, "File", "ImageWidth", "64");
        FileMetadata Read(params MetadataTag[] tags) => new() { Outcome = MediaOutcome.Done, Tags = tags };
        (PlaceState, int, int, bool) Of(FileMetadata read, bool withPlace)
        {
            var view = MetadataView.Of(View, read, withPlace);
            return (view.Place, view.Tags.Count, view.PlacesLeftOut, view.CountsAsViewed);
        }

        Assert.Equal((PlaceState.LeftOut, 2, 1, false), Of(Read(format, tag, place), withPlace: false));
        Assert.Equal((PlaceState.Shown, 3, 0, true), Of(Read(format, tag, place), withPlace: true));
        Assert.Equal((PlaceState.None, 2, 0, true), Of(Read(format, tag), withPlace: false));
        // What every file has is no metadata.
        Assert.Equal((PlaceState.None, 1, 0, false), Of(Read(format), withPlace: true));
        Assert.False(Of(Read(tag with { IsCut = true }), withPlace: true).Item4);
        Assert.False(Of(Read(tag) with { LeftOut = 1 }, withPlace: true).Item4);
        Assert.False(Of(Read(tag) with { IsDamaged = true }, withPlace: true).Item4);
    }

    [Fact]
    public void Text_counts_among_the_views_of_an_hour_and_burdens_nothing_else()
    {
        var noon = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
        var rules = new ViewingRules();
        var person = new ViewingPerson(new OwnSettings(), null, null);
        var texts = Enumerable
            .Range(0, rules.ViewsAnHour)
            .Select(at => new Seen
            {
                StartedAt = noon.AddSeconds(at),
                EndedAt = noon.AddSeconds(at),
                Mode = ViewMode.Metadata,
            })
            .ToList();
        string? Code(Exposure seen, ViewingPerson who, ViewMode mode = ViewMode.Metadata) =>
            MayView.Decide(rules, who, seen, mode)?.Code;
        var seen = Exposure.Of(texts[1..], rules, noon.AddMinutes(26), isStopped: false);
        Assert.Null(Code(seen, person));
        // No block of viewing began, so no break is due for pictures.
        Assert.Null(Code(seen, person, ViewMode.Reveal));
        Assert.Equal((0, 0), (seen.RevealsToday, seen.RenditionsToday));
        Assert.Equal(
            "view_cap",
            Code(Exposure.Of(texts, rules, noon.AddMinutes(26), isStopped: false), person)
        );
        var stopped = Exposure.Of([], rules, noon, isStopped: true);
        Assert.Null(Code(stopped, person));
        Assert.Equal("stopped", Code(stopped, person, ViewMode.Rendition));
        Assert.Equal("paused", Code(stopped, person with { PausedAt = noon }));
    }

    /// <summary>fileViewed and exifViewed, as the view of the table and the kernel's answer have them.</summary>
    private static async Task<(bool File, bool Exif)> ViewedAsync(
        TestServer server,
        CaseRef reference,
        Guid content
    )
    {
        var standing = (await server.StandingAsync(reference)).Contents.Single(one =>
            one.ContentId == content
        );
        var exif = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.FindAsync<bool>(
                        "select exif_viewed from content_viewed where content_id = @content",
                        new { content }
                    )
            );
        Assert.Equal(exif, standing.ExifViewed);
        return (standing.FileViewed, standing.ExifViewed);
    }

    /// <summary>A black picture that says where and with what it was made; all of it made up.</summary>
    internal static byte[] Tagged()
    {
        using var folder = new TestFolder();
        var file = folder["x.jpg"];
        string[] tags =
        [
            $"-Model={Camera}",
            $"-SerialNumber={Serial}",
            "-GPSLatitude=52.5",
            "-GPSLatitudeRef=N",
            "-IPTC:City=Sampletown",
            "-Comment=a<b>&",
        ];
        Finish(new ProcessStartInfo("vips", ["black", file, "64", "64"]));
        Finish(new ProcessStartInfo("exiftool", ["-q", "-overwrite_original", .. tags, file]));
        return File.ReadAllBytes(file);
    }

    private static void Finish(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
