using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Hunting;

namespace Vigil.Tests.Matching.Hunting;

public class HistoryFileTests
{
    [Fact]
    public void What_is_written_is_read_again_row_by_row()
    {
        var luck = Made.Luck();
        var rows = Enumerable
            .Range(0, 3000)
            .Select(i => Rows.Of(luck, i % 17, hasDigests: i % 3 > 0, isVideo: i % 5 == 0))
            .ToList();
        using var file = Rows.File(rows);
        using var batch = new HistoryBatch();
        var reader = new HistoryReader(file);

        var read = new List<HistoryRow>();
        while (reader.Read(batch))
        {
            Assert.InRange(batch.HashCount, 0, HistoryBatch.Hashes + 17);
            for (var i = 0; i < batch.Count; i++)
            {
                read.Add(batch.Row(i));
                Assert.Equal(batch.Row(i).ListGeneration, batch.GenerationOf(i));
                Assert.Equal(HistoryFile.Encode(batch.Row(i)), batch.Encoded(i));
            }
        }

        Assert.Equal(rows.Count, reader.Rows);
        Assert.False(reader.Read(batch));
        Assert.All(rows.Zip(read), pair => AssertSame(pair.First, pair.Second));
    }

    [Fact]
    public void Pictures_below_the_lowest_floor_are_not_searched_and_stay_in_their_rows()
    {
        var luck = Made.Luck();
        var rows = Enumerable.Range(0, 200).Select(i => Rows.Of(luck, i % 17)).ToList();
        using var file = Rows.File(rows);
        using var batch = new HistoryBatch(new Quality(40));

        Assert.True(new HistoryReader(file).Read(batch));

        var searched = rows.SelectMany(row => row.Fingerprint.Pictures).Where(p => p.Quality.Value >= 40);
        Assert.Equal(searched.Select(picture => picture.Hash), batch.Queries.ToArray());
        Assert.All(rows.Select((row, i) => (row, i)), one => AssertSame(one.row, batch.Row(one.i)));
    }

    [Fact]
    public void Rows_as_large_as_they_may_be_fill_batches_and_are_read_whole()
    {
        var luck = Made.Luck();
        var row = Rows.Of(luck, HistoryRow.MaxPictures, isVideo: true);
        using var file = Rows.File([row, row, row, row]);
        using var batch = new HistoryBatch();
        var reader = new HistoryReader(file);

        Assert.True(reader.Read(batch));
        Assert.Equal((3, 3 * HistoryRow.MaxPictures), (batch.Count, batch.HashCount));
        AssertSame(row, batch.Row(2));
        Assert.True(reader.Read(batch));
        Assert.Equal(1, batch.Count);
        Assert.False(reader.Read(batch));
    }

    [Fact]
    public void More_than_a_row_takes_is_refused()
    {
        var luck = Made.Luck();
        var row = Rows.Of(luck, 1);

        Assert.Throws<ArgumentException>(() => HistoryFile.Encode(Rows.Of(luck, HistoryRow.MaxPictures + 1)));
        Assert.Throws<ArgumentException>(() =>
            HistoryFile.Encode(row with { Note = new byte[HistoryRow.MaxNoteBytes + 1] })
        );
        Assert.Equal("history row", row.ToString());
    }

    [Fact]
    public void A_file_that_is_cut_anywhere_or_says_another_number_is_noticed()
    {
        var luck = Made.Luck();
        using var file = Rows.File([Rows.Of(luck, 2), Rows.Of(luck, 0)]);
        var whole = file.ToArray();

        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<HistoryFormatException>(() => ReadAll(whole[..length]));
        }
        Assert.Throws<HistoryFormatException>(() => ReadAll([.. whole, 0]));
        Assert.Throws<HistoryFormatException>(() => ReadAll([.. whole[..^8], 3, 0, 0, 0, 0, 0, 0, 0]));
        Assert.Throws<HistoryFormatException>(() => ReadAll([.. "NOHISTOR"u8, 1, 0]));
        Assert.Equal(2, ReadAll(whole));
    }

    [Fact]
    public void Bytes_that_are_no_rows_end_in_one_exception_and_nothing_else()
    {
        var luck = Made.Luck();
        using var file = Rows.File([Rows.Of(luck, 3, isVideo: true)]);
        var whole = file.ToArray();
        for (var i = 0; i < Made.Count(5000); i++)
        {
            var altered = (byte[])whole.Clone();
            altered[luck.Next(altered.Length)] ^= (byte)(1 << luck.Next(8));
            altered[luck.Next(altered.Length)] = (byte)luck.Next(256);
            try
            {
                ReadAll(altered);
                _ = HistoryFile.RowsOf(altered.AsMemory(10)).Count();
            }
            catch (HistoryFormatException)
            {
                // Noticed. Values inside a row are the seal's to protect.
            }
        }
    }

    [Fact]
    public void Of_a_log_that_ends_within_a_row_the_whole_rows_are_taken()
    {
        var luck = Made.Luck();
        var rows = Enumerable.Range(0, 5).Select(i => Rows.Of(luck, i)).ToList();
        var log = rows.SelectMany(HistoryFile.Encode).ToArray();

        for (var cut = 0; cut < HistoryFile.Encode(rows[^1]).Length; cut++)
        {
            var read = HistoryFile.RowsOf(log.AsMemory(0, log.Length - cut)).ToList();
            Assert.Equal(cut == 0 ? 5 : 4, read.Count);
        }
        var first = HistoryFile.RowsOf(log).First();
        AssertSame(rows[0], HistoryFile.Decode(first.Span));
        Assert.Equal(rows[0].Note, HistoryFile.NoteOf(first.Span).ToArray());
        Assert.Equal(rows[0].ListGeneration, HistoryFile.GenerationOf(first.Span));
        Assert.Equal(3, HistoryFile.PicturesOf(HistoryFile.RowsOf(log).ElementAt(3).Span));
        Assert.Throws<HistoryFormatException>(() => HistoryFile.RowsOf(new byte[100]).ToList());
    }

    private static long ReadAll(byte[] bytes)
    {
        using var batch = new HistoryBatch();
        var reader = new HistoryReader(new MemoryStream(bytes));
        while (reader.Read(batch))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                _ = batch.Encoded(i);
            }
        }
        return reader.Rows;
    }

    private static void AssertSame(HistoryRow expected, HistoryRow actual)
    {
        Assert.Equal(
            (expected.ScanId, expected.At, expected.ListGeneration),
            (actual.ScanId, actual.At, actual.ListGeneration)
        );
        Assert.Equal(expected.Note, actual.Note);
        var (left, right) = (expected.Fingerprint, actual.Fingerprint);
        Assert.Equal((left.Md5, left.Sha1, left.Sha256), (right.Md5, right.Sha1, right.Sha256));
        Assert.Equal(left.Pictures, right.Pictures);
        Assert.Equal(left.WholePictures, right.WholePictures);
        Assert.Equal(left.PictureSeconds, right.PictureSeconds);
    }
}
