using System.Text;
using System.Text.Json;
using Vigil.Hashing;
using Vigil.Matching.Lists;
using static Vigil.Tests.Matching.ListText;

namespace Vigil.Tests.Matching;

public class ListWriterTests
{
    private static readonly ListEntry Full = new()
    {
        Id = "8",
        Md5 = Digest(DigestAlgorithm.Md5, ListText.Md5),
        Sha1 = Digest(DigestAlgorithm.Sha1, ListText.Sha1),
        Sha256 = Digest(DigestAlgorithm.Sha256, ListText.Sha256),
        Pdq = PdqHash.TryParse(ListText.Pdq, out var hash) ? hash : null,
        PdqQuality = new Quality(90),
        Category = "1",
    };

    private static readonly ListEntry MadeUpId = new()
    {
        Id = "4",
        IsIdFromRow = true,
        Md5 = Full.Md5,
    };

    [Fact]
    public void CSV_comes_back_whole()
    {
        var (text, result) = Write(ListFormat.Csv, Full, MadeUpId);
        Assert.Equal(new ListWriteResult(2, 0), result);
        Assert.Equal([Full, MadeUpId with { Id = "3" }], Read(text).Entries());
    }

    [Theory]
    [InlineData("=1+2")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@x")]
    public void A_cell_that_a_spreadsheet_would_run_is_escaped_and_read_back(string id)
    {
        var (text, _) = Write(ListFormat.Csv, Full with { Id = id, Category = id });
        Assert.DoesNotContain($"\n{id}", text, StringComparison.Ordinal);
        Assert.DoesNotContain($",{id}", text, StringComparison.Ordinal);
        Assert.Contains($"'{id}", text, StringComparison.Ordinal);
        var entry = Assert.Single(Read(text).Entries());
        Assert.Equal((id, id), (entry.Id, entry.Category));
    }

    [Theory]
    [InlineData("\tx")]
    [InlineData("\rx")]
    public void A_cell_that_begins_with_a_tab_or_line_end_is_escaped_too(string id)
    {
        var (text, _) = Write(ListFormat.Csv, Full with { Id = id });
        Assert.Contains($"\"'{id}\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void VICS_comes_back_but_for_the_quality()
    {
        var (text, result) = Write(ListFormat.Vics, Full, Full with { Id = "9", Category = "A1" });
        Assert.Equal(new ListWriteResult(2, 0), result);
        using var json = JsonDocument.Parse(text);
        Assert.EndsWith(
            "2.0.xml/Default/$metadata#Media",
            json.RootElement.GetProperty("@odata.context").GetString()
        );
        var media = json.RootElement.GetProperty("value")[0];
        Assert.Equal(8, media.GetProperty("MediaID").GetInt32());
        Assert.Equal(ListText.Md5.ToUpperInvariant(), media.GetProperty("MD5").GetString());
        Assert.Equal(
            [Full with { PdqQuality = null }, Full with { Id = "9", PdqQuality = null, Category = null }],
            Read(text).Entries()
        );
    }

    [Fact]
    public void VICS_numbers_the_media_where_ids_are_no_numbers()
    {
        var (text, _) = Write(ListFormat.Vics, Full, Full with { Id = "a" }, Full with { Id = "007" });
        Assert.Equal(["1", "2", "3"], Read(text).Entries().Select(entry => entry.Id));
    }

    [Fact]
    public void A_long_VICS_list_is_flushed_as_it_is_written() =>
        Assert.Equal(2000, Read(Write(ListFormat.Vics, [.. Enumerable.Repeat(Full, 2000)]).Text).Count);

    [Fact]
    public void Lines_carry_one_of_the_two_kinds_of_64_digits_and_count_the_other_as_left_out()
    {
        var (text, result) = Write(ListFormat.Lines, Full, MadeUpId);
        Assert.Equal(new ListWriteResult(4, 1), result);
        Assert.Equal([Full.Md5, null, null, Full.Md5], Read(text).Entries().Select(entry => entry.Md5));
        Assert.Equal(Full.Pdq, Read(text).Entries()[2].Pdq);
        using var stream = new MemoryStream();
        ListWriter.Write(stream, new SignalList(Info, [Full]), ListFormat.Lines, SixtyFourDigits.Sha256);
        Assert.Contains(ListText.Sha256, Encoding.UTF8.GetString(stream.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tx_file_carries_what_tx_has_types_for()
    {
        var (text, result) = Write(ListFormat.ThreatExchangeLocal, Full);
        Assert.Equal($"pdq {ListText.Pdq}\nvideo_md5 {Full.Md5?.ToHex()}\n", text);
        Assert.Equal(new ListWriteResult(2, 2), result);
        Assert.Equal(2, Read(text).Entries().Count);
    }

    [Fact]
    public void A_format_must_be_named() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Write(ListFormat.Detect, Full));

    private static readonly ListInfo Info = new() { Name = "x", Purpose = ListPurpose.Harmless };

    private static (string Text, ListWriteResult Result) Write(ListFormat format, params ListEntry[] entries)
    {
        using var stream = new MemoryStream();
        var result = ListWriter.Write(stream, new SignalList(Info, entries), format);
        return (Encoding.UTF8.GetString(stream.ToArray()), result);
    }

    private static Digest Digest(DigestAlgorithm algorithm, string hex) =>
        Vigil.Hashing.Digest.TryParse(algorithm, hex, out var digest) ? digest : throw new FormatException();
}
