using Microsoft.Extensions.DependencyInjection;
using Vigil.CyberTip;
using Vigil.Media;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>What files say of themselves in a draft: on record first, places by who may see them.</summary>
public sealed class DraftMetadataTests
{
    [Fact(Timeout = 120_000)]
    public async Task It_is_read_from_what_is_sealed_on_record_and_places_need_a_grant_of_their_own()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.SetAsync("training.required", "off");
        var reference = await server.HitAsync("user-1");
        var item = Guid.Parse(await server.ItemAsync(reference.Value));
        await server.SealAsync(reference, MetadataTests.Tagged(), item);
        await server.DecideAsync(reference.Value);
        var id = await server.DraftAsync(reference.Value, isExplained: false);
        var reader = server.Server.Services.GetRequiredService<ReadMetadata>();
        Assert.Contains(
            "its metadata was not read",
            await MissingAsync(server, id),
            StringComparison.Ordinal
        );
        Assert.Empty(await server.LedgerAsync("content.opened"));

        // Asking for places does not help who may not see them.
        var officer = ActorWith(Permission.ReportFile, Permission.ContentExport);
        Assert.Equal(1, await reader.FillAsync(officer, id, wantsPlace: true, CancellationToken.None));
        Assert.Equal(0, await reader.FillAsync(officer, id, wantsPlace: true, CancellationToken.None));
        var draft = await server.GetJsonAsync($"/v1/reports/{id}/draft");
        var exif = draft.GetProperty("tip").GetProperty("fileDetails")[0].GetProperty("details");
        Assert.Equal("EXIF", exif[0].Text("type"));
        Assert.Contains("SampleCam 1", exif.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("GPS", exif.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Sampletown", exif.ToString(), StringComparison.Ordinal);
        Assert.Contains("Where it was made", await MissingAsync(server, id), StringComparison.Ordinal);

        var senior = ActorWith(Permission.ReportFile, Permission.ContentExport, Permission.ContentPlace);
        Assert.Equal(1, await reader.FillAsync(senior, id, wantsPlace: true, CancellationToken.None));
        draft = await server.GetJsonAsync($"/v1/reports/{id}/draft");
        exif = draft.GetProperty("tip").GetProperty("fileDetails")[0].GetProperty("details");
        Assert.Equal(1, exif.GetArrayLength());
        Assert.Contains("GPSLatitude", exif.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("metadata", await MissingAsync(server, id), StringComparison.Ordinal);
        Assert.Equal(2, (await server.LedgerAsync("report.metadata_read")).Count);
        Assert.Equal(
            [
                "Metadata for a report, before its approval.",
                "Metadata with place for a report, before its approval.",
            ],
            (await server.LedgerAsync("content.opened")).Select(act => act.Text("reason")).Order()
        );
        // Who may not release contents opens none.
        var other = await server.DraftAsync(reference.Value, isExplained: false);
        await Assert.ThrowsAnyAsync<Exception>(() =>
            reader.FillAsync(ActorWith(Permission.ReportFile), other, false, CancellationToken.None)
        );
        Assert.Equal(2, (await server.LedgerAsync("content.opened")).Count);
        // It has no reader of its own beside the server's one.
        await server.Server.Services.GetRequiredService<MetadataPool>().DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() =>
            reader.FillAsync(senior, other, false, CancellationToken.None)
        );
    }

    [Fact]
    public void Seen_metadata_is_said_as_the_records_say_and_a_second_reading_doubles_nothing()
    {
        var sources = DraftWork.Sources();
        var content = sources.Contents[0].Id;
        var seen = new HashSet<Guid> { content };
        var none = new HashSet<Guid>();
        (IReadOnlySet<Guid> File, IReadOnlySet<Guid> Exif, bool? Said)[] cases =
        [
            (none, none, false),
            (seen, none, false),
            (seen, seen, true),
            // The recipient refuses that, and "no" would be untrue.
            (none, seen, null),
        ];
        foreach (var (file, exif, said) in cases)
        {
            var built = BuildDraft.From(sources with { Viewed = file, ExifViewed = exif });
            Assert.Equal(said, built.Tip.FileDetails[0].ExifViewedByEsp);
            Assert.DoesNotContain(NeverSaid.Of(built), finding => finding.Rule == "not_viewed");
        }

        MetadataTag[] tags =
        [
            new(MetadataGroup.Other, "File", "FileSize", "1 kB"),
            new(MetadataGroup.Camera, "IFD0", "Model", "SampleCam 1"),
            new(MetadataGroup.Camera, "XMP-tiff", "Model", "SampleCam 2"),
            new(MetadataGroup.Place, "GPS", "GPSLatitude", "52 deg"),
        ];
        var details = new FileMetadataText(tags, WithPlace: false).PutInto(new FileDetails());
        Assert.Equal(
            ["Model=SampleCam 1", "XMP-tiff:Model=SampleCam 2"],
            details.Details.Single().NameValuePair.Select(pair => $"{pair.Name}={pair.Value}")
        );
        details = new FileMetadataText(tags, WithPlace: true).PutInto(details);
        Assert.Equal(3, details.Details.Single().NameValuePair.Count);
        Assert.True(new FileMetadataText(tags, false).PutInto(new DraftFile()).IsPlaceLeftOut);
        Assert.Equal("4 tags", $"{new FileMetadataText(tags, true)}");
    }

    private static Actor ActorWith(params Permission[] permissions) =>
        Actor.Machine(TenantId.Default, "test", permissions);

    private static async Task<string> MissingAsync(TestServer server, Guid id) =>
        string.Join(
            '\n',
            (await server.GetJsonAsync($"/v1/reports/{id}/standing"))
                .GetProperty("missing")
                .EnumerateArray()
                .Where(field => field.Text("path").EndsWith(".details", StringComparison.Ordinal))
                .Select(field => field.ToString())
        );
}
