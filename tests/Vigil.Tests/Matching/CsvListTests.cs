using Vigil.Hashing;
using Vigil.Matching.Lists;
using static Vigil.Tests.Matching.ListText;

namespace Vigil.Tests.Matching;

public class CsvListTests
{
    [Theory]
    [InlineData(",")]
    [InlineData(";")]
    [InlineData("\t")]
    public void Columns_are_found_by_their_names_whatever_separates_them(string separator)
    {
        string[] header = ["Id", "MD5", "\"sha1\"", "sha256", "pdq", "pdq_quality", "category", "note"];
        string[] row = ["17", Md5, Sha1, Sha256, $"\"{Pdq}\"", "80", "A1", "\"two\r\nlines \"\"here\"\"\""];
        var rows = Read($"\ufeff{string.Join(separator, header)}\r\n{string.Join(separator, row)}\r\n");
        Assert.Empty(rows.Rejects());
        var entry = Assert.Single(rows.Entries());
        Assert.Equal(("17", false, "A1"), (entry.Id, entry.IsIdFromRow, entry.Category));
        Assert.Equal((Md5.ToLowerInvariant(), Sha1), (entry.Md5?.ToHex(), entry.Sha1?.ToHex()));
        Assert.Equal((Sha256, Pdq), (entry.Sha256?.ToHex(), entry.Pdq?.ToHex()));
        Assert.Equal(new Quality(80), entry.PdqQuality);
    }

    [Theory]
    [InlineData("1B2M2Y8AsgTpgAmY7PhCfg==")] // base64
    [InlineData("2jmj7l5rSw0yVb/vlWAYkK/YBwk=")]
    [InlineData("0xd41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("d41d8cd98f00b204e980")] // cut
    [InlineData("d41d8cd9-8f00-b204-e980-0998ecf8427e")]
    [InlineData("d4 1d 8c d9 8f 00 b2 04 e9 80")]
    public void A_file_without_a_header_row_is_refused_without_telling_its_first_hash(string hash)
    {
        Assert.DoesNotContain(hash, Failure($"1,{hash},file\n"));
        Assert.Contains("file", Failure($"1,{hash},file\n"));
        Assert.DoesNotContain(hash, Failure($"{hash},{hash}\n"));
    }

    [Fact]
    public void A_mapping_names_the_columns()
    {
        var options = new ListReadOptions
        {
            Columns = new Dictionary<string, string> { ["MD5"] = "Hash (MD5)", ["category"] = "Grade" },
        };
        var entry = Assert.Single(Read($"Hash (MD5),Grade,pdq\n{Md5},2,nonsense\n", options).Entries());
        Assert.Equal("2", entry.Category);
        Assert.Null(entry.Pdq);
        Assert.Equal("2", entry.Id);
        Assert.True(entry.IsIdFromRow);
    }

    [Fact]
    public void Wrong_columns_are_named_and_so_is_the_way_to_map_them()
    {
        var none = Failure("hash,grade\nx,y\n");
        Assert.Contains("Columns found: hash, grade.", none);
        Assert.Contains("md5=", none);
        var map = new ListReadOptions { Columns = new Dictionary<string, string> { ["md5"] = "digest" } };
        Assert.Contains("Columns found: hash, grade.", Failure("hash,grade\nx,y\n", map));
        var unknown = new ListReadOptions { Columns = new Dictionary<string, string> { ["crc"] = "hash" } };
        Assert.Contains("id, md5, sha1", Failure("hash,grade\nx,y\n", unknown));
        var useless = new ListReadOptions { Columns = new Dictionary<string, string> { ["id"] = "hash" } };
        Assert.Contains("No column for md5", Failure("hash,grade\nx,y\n", useless));
        Assert.Contains("same name", Failure("md5,MD5\n"));
        Assert.Contains(
            "and 30 more",
            Failure(string.Join(',', Enumerable.Range(0, 50).Select(i => $"c{i}")))
        );
    }

    [Fact]
    public void A_file_without_a_header_is_refused_and_its_hashes_not_shown()
    {
        var message = Failure($"{Md5},1\n{Md5},2\n");
        Assert.Contains("header row", message);
        Assert.DoesNotContain(Md5, message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("header", Failure("\n\n", new ListReadOptions { Format = ListFormat.Csv }));
        Assert.Contains("(not shown)", Failure($"a\u0001b,{new string('x', 41)}\n"));
    }

    [Theory]
    [InlineData("1,zz", "not-hexadecimal")]
    [InlineData("1,0123", "wrong-length")]
    [InlineData("1,", "no-fingerprint")]
    [InlineData("1", "column-count")]
    [InlineData("1,0123456789abcdef0123456789abcdef,x,y", "column-count")]
    [InlineData("\"a\nb\",0123456789abcdef0123456789abcdef", "bad-id")]
    [InlineData("a\0b,0123456789abcdef0123456789abcdef", "bad-id")]
    [InlineData("a\u202eb,0123456789abcdef0123456789abcdef", "bad-id")]
    [InlineData("a\"b,0123456789abcdef0123456789abcdef", "bad-quoting")]
    [InlineData("\"a\"b,0123456789abcdef0123456789abcdef", "bad-quoting")]
    [InlineData("1,d41d8cd98f00b204e9800998ecf8427e", "empty-file")]
    public void A_bad_row_is_rejected_and_the_next_one_read(string row, string code)
    {
        var csv = new ListReadOptions { Format = ListFormat.Csv };
        var rows = Read($"id,md5\n{row}\nlast,{Md5},\n", csv);
        Assert.Equal([$"2:{code}"], rows.Rejects());
        Assert.Equal("last", Assert.Single(rows.Entries()).Id);
    }

    [Theory]
    [InlineData("50", null)]
    [InlineData("49", "low-quality")]
    [InlineData("101", "bad-quality")]
    [InlineData("-1", "bad-quality")]
    [InlineData("1e2", "bad-quality")]
    public void A_stated_quality_decides_over_the_hash(string quality, string? code)
    {
        var rows = Read($"pdq,pdq_quality\n{Pdq},{quality}\n");
        Assert.Equal(code is null ? [] : [$"2:{code}"], rows.Rejects());
    }

    [Fact]
    public void A_worthless_PDQ_does_not_cost_the_row_its_digests()
    {
        var rows = Read($"md5,pdq,pdq_quality\n{Md5},{Pdq},20\n");
        Assert.Equal(["2:low-quality"], rows.Rejects());
        var entry = Assert.Single(rows.Entries());
        Assert.NotNull(entry.Md5);
        Assert.Null(entry.Pdq);
        Assert.Null(entry.PdqQuality);
    }

    [Fact]
    public void A_category_is_short_and_plain()
    {
        var rows = Read($"md5,category\n{Md5},{new string('c', 65)}\n{Md5},\"a\tb\"\n{Md5},\n{Md5},CAM\n");
        Assert.Equal(["2:bad-category", "3:bad-category"], rows.Rejects());
        Assert.Equal([null, "CAM"], rows.Entries().Select(entry => entry.Category));
    }

    [Fact]
    public void An_ICSE_export_is_read_by_its_own_header()
    {
        var text =
            "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;Series name;"
            + $"Number of submissions;File Available;Media Type;Baseline\n{Md5};{Sha1};;9;y;n;n;Someone;3;y;image;y\n";
        var options = new ListReadOptions
        {
            Columns = new Dictionary<string, string>
            {
                ["md5"] = "MD5",
                ["sha1"] = "SHA1",
                ["id"] = "Image ID",
            },
        };
        var entry = Assert.Single(Read(text, options).Entries());
        Assert.Equal("9", entry.Id);
        Assert.DoesNotContain("Someone", entry.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_quote_that_is_never_closed_fails_the_file_and_does_not_swallow_it()
    {
        Assert.Contains("never closed", Failure($"id,md5\n1,{Md5}\n\"2,{Md5}\n3,{Md5}\n"));
        var endless = $"id,md5\n\"2,{string.Concat(Enumerable.Repeat(Md5 + "\n", 60_000))}";
        Assert.Contains("never closed", Failure(endless));
        Assert.Contains("columns", Failure($"md5\n{Md5}{new string(',', 600)}\n"));
    }
}
