using System.Text;
using Vigil.Matching.Lists;
using static Vigil.Tests.Matching.ListText;

namespace Vigil.Tests.Matching;

public class HashLinesTests
{
    [Fact]
    public void Hashes_of_several_kinds_are_told_by_their_length()
    {
        var rows = Read($"\ufeff# a list\r\n\r\n{Md5}\r\n  {Sha1.ToUpperInvariant()}  # noted\r\n\t{Pdq}");
        Assert.Empty(rows.Rejects());
        var entries = rows.Entries();
        Assert.Equal(["3", "4", "5"], entries.Select(entry => entry.Id));
        Assert.All(entries, entry => Assert.True(entry.IsIdFromRow));
        Assert.Equal(Md5.ToLowerInvariant(), entries[0].Md5?.ToHex());
        Assert.Equal(Sha1, entries[1].Sha1?.ToHex());
        Assert.Equal(Pdq, entries[2].Pdq?.ToHex());
    }

    [Fact]
    public void Sixty_four_digits_are_what_the_reader_is_told()
    {
        var rows = Read(Sha256, new ListReadOptions { SixtyFourDigits = SixtyFourDigits.Sha256 });
        Assert.Equal(Sha256, rows.Entries().Single().Sha256?.ToHex());
        Assert.Equal(Pdq, Read(Pdq).Entries().Single().Pdq?.ToHex());
    }

    [Theory]
    [InlineData("d41d8cd98f00b204e9800998ecf8427e", "empty-file")]
    [InlineData("da39a3ee5e6b4b0d3255bfef95601890afd80709", "empty-file")]
    [InlineData("00000000000000000000000000000000", "all-zero")]
    [InlineData("FFFFFFFFFFffffffffffffffffffffff", "all-one")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "all-zero")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "all-one")]
    [InlineData("0123456789abcdef0123456789abcde", "wrong-length")]
    [InlineData("0123456789abcdef0123456789abcdef0", "wrong-length")]
    [InlineData("0123456789abcdef0123456789abcdeg", "not-hexadecimal")]
    [InlineData("0123456789abcdef0123456789abcde\0", "not-hexadecimal")]
    [InlineData("0123456789abcdef0123456789abcdeé", "wrong-length")]
    [InlineData("0123456789abcdef0123456789abcdef 5", "unexpected-text")]
    public void A_line_that_is_no_usable_hash_is_rejected_with_its_number_and_without_its_value(
        string line,
        string code
    )
    {
        var rows = Read($"{Md5}\n{line}\n{Sha1}\n", new ListReadOptions { Format = ListFormat.Lines });
        Assert.Equal([$"2:{code}"], rows.Rejects());
        Assert.Equal(2, rows.Entries().Count);
        var rejected = rows.Single(row => row.Rejected is not null).Rejected!;
        Assert.NotEmpty(rejected.Advice);
        Assert.DoesNotContain(line[..12], rejected.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_digest_of_the_empty_file_is_refused_in_SHA_256_too()
    {
        var rows = Read(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            new ListReadOptions { SixtyFourDigits = SixtyFourDigits.Sha256 }
        );
        Assert.Equal(["1:empty-file"], rows.Rejects());
    }

    [Theory]
    [InlineData(95, "degenerate-pdq")]
    [InlineData(96, null)]
    [InlineData(160, null)]
    [InlineData(161, "degenerate-pdq")]
    public void A_PDQ_hash_of_a_flat_picture_is_told_by_its_bits(int bits, string? code)
    {
        var hash = Made.Flip(default, Made.Luck(), bits).ToHex();
        Assert.Equal(code is null ? [] : [$"1:{code}"], Read(hash).Rejects());
    }

    [Fact]
    public void A_line_without_end_is_rejected_and_the_next_one_read()
    {
        var rows = Read($"{Md5}\n{new string('a', 300_000)}\n{Sha1}\n");
        Assert.Equal(["2:line-too-long"], rows.Rejects());
        Assert.Equal(["1", "3"], rows.Entries().Select(entry => entry.Id));
    }

    [Fact]
    public void Memory_does_not_grow_with_the_file()
    {
        using var file = new RepeatedStream(Encoding.ASCII.GetBytes($"{Md5}\n"), 100_000);
        WeakReference? first = null;
        var rows = ListReader.Read(file, new ListReadOptions { Format = ListFormat.Lines });
        var count = Made.Watched(rows, reference => first = reference, row => row.Entry)
            .Select((_, i) => i)
            .Count(i => i != 90_000 || IsGone(first!));
        Assert.Equal(100_000, count);
    }

    /// <summary>The reader has let go of what it gave.</summary>
    private static bool IsGone(WeakReference reference)
    {
        GC.Collect();
        return !reference.IsAlive;
    }

    [Fact]
    public void A_tx_file_gives_its_types_and_rejects_the_others_by_name()
    {
        var rows = Read($"pdq {Pdq}\nvideo_md5 {Md5}\nvpdq {Pdq}\nraw_text hello\n{Sha1}\npdq {Md5}\n");
        Assert.Equal(["3:unknown-signal-type", "4:unknown-signal-type", "6:wrong-length"], rows.Rejects());
        var entries = rows.Entries();
        Assert.Equal(Pdq, entries[0].Pdq?.ToHex());
        Assert.Equal(Md5.ToLowerInvariant(), entries[1].Md5?.ToHex());
        Assert.Equal(Sha1, entries[2].Sha1?.ToHex());
    }

    [Fact]
    public void More_rows_than_the_limit_are_refused()
    {
        var text = string.Join('\n', Enumerable.Repeat(Md5, 11));
        Assert.Equal(11, Read(text, new ListReadOptions { MaxRows = 11 }).Count);
        Assert.Contains("more than 10 rows", Failure(text, new ListReadOptions { MaxRows = 10 }));
    }

    [Fact]
    public void What_is_no_list_is_refused_with_advice()
    {
        Assert.Contains("empty", Failure(""));
        Assert.Contains(
            "UTF-8",
            Assert.Throws<ListFormatException>(() => Read(Encoding.Unicode.GetPreamble())).Message
        );
        Assert.Contains("NUL", Failure("PK\u0003\u0004\0\0"));
        Assert.Contains("XML", Failure("<?xml version=\"1.0\"?>"));
        Assert.Contains("XML or a bare JSON array", Failure("[]"));
        Assert.Contains("lines, csv, vics or tx", Failure("dear all"));
        Assert.Contains("lines, csv, vics or tx", Failure("hello"));
        Assert.Empty(Read("# nothing yet\n"));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            Read(Md5, new ListReadOptions { Format = (ListFormat)99 })
        );
    }

    /// <summary>The same bytes again and again, given in pieces of odd sizes.</summary>
    internal sealed class RepeatedStream(byte[] piece, int times) : MemoryStream
    {
        private long _position;

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(Math.Min(buffer.Length, 1009), (long)piece.Length * times - _position);
            for (var i = 0; i < count; i++)
            {
                buffer[i] = piece[_position++ % piece.Length];
            }
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
