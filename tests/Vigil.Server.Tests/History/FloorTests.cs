using Vigil.Hashing;
using Vigil.Matching.Hunting;
using Vigil.Server.Features.History.Keeping;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.Lists;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.History;

/// <summary>Lists that want pictures of a quality below the usual.</summary>
public class FloorTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_list_with_a_low_floor_of_quality_is_hunted_down_to_it_also_when_it_was_lowered_later()
    {
        await using var server = await HistoryWork.StartAsync();
        var list = await server.ListAsync("poor");
        var below = await server.UploadAsync(Made.Pdq("poor"), "post/40", quality: 40);
        await server.UploadAsync(Made.Flip(Made.Pdq("poor"), 5), "post/29", quality: 29);
        await server.EntryAsync(list, new SignalValue { Pdq = Made.Bytes(Made.Pdq("poor")) });
        Assert.Equal(0, (await server.HuntAsync()).Number("hits"));

        await FloorAsync(server, list, 30);
        var hunt = await server.HuntAsync();

        Assert.Equal(below, Assert.Single(await server.HitsAsync(hunt.Text("id"))).Scan);
        await FloorAsync(server, list, 0);
        Assert.Equal(1, (await server.HuntAsync()).Number("hits"));
    }

    [Fact]
    public void Of_too_many_pictures_the_poor_ones_go_first()
    {
        var pictures = Enumerable
            .Range(0, HistoryRow.MaxPictures + 10)
            .Select(i => new PdqResult(Made.Pdq("any"), new Quality(i < 20 ? 10 : 90)))
            .ToList();
        var content = new ScannedContent
        {
            ScanId = Guid.NewGuid(),
            At = DateTimeOffset.UnixEpoch,
            ListGeneration = 1,
            Surface = Surface.PublicPost,
            Jurisdiction = "DE",
            Pictures = ScannedPrint.Pack(pictures),
            WholePictures = 25,
            PictureSeconds = [.. pictures.Select((_, i) => (float)i)],
        };
        var encoded = RowOf.Encode(content, out var isCut);

        using var batch = new HistoryBatch();
        using var file = HistoryFileOf(encoded);
        Assert.True(new HistoryReader(file).Read(batch));
        var kept = batch.Row(0).Fingerprint;

        Assert.True(isCut);
        Assert.Equal((HistoryRow.MaxPictures, 15), (kept.Pictures.Count, kept.WholePictures));
        Assert.Equal(10, kept.Pictures.Count(picture => picture.Quality < Quality.DefaultFloor));
        Assert.Equal(
            [.. Enumerable.Range(0, 10), .. Enumerable.Range(20, HistoryRow.MaxPictures - 10)],
            kept.PictureSeconds!.Select(second => (int)second)
        );
    }

    private static MemoryStream HistoryFileOf(byte[] row)
    {
        var file = new MemoryStream();
        HistoryFile.Write(file, [row]);
        file.Position = 0;
        return file;
    }

    private static Task<bool> FloorAsync(TestServer server, Guid list, int floor) =>
        server.ChangeAsync(
            "update list set quality_floor = @floor, generation = @generation where tenant = @tenant and id = @id",
            new Dictionary<string, object?> { ["id"] = list, ["floor"] = floor }
        );
}
