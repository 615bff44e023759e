using System.Text;
using Vigil.Matching.Lists;
using static Vigil.Tests.Matching.ListText;

namespace Vigil.Tests.Matching;

public class VicsListTests
{
    private const string Private = "SAMPLE-PRIVATE-WORD";

    [Theory]
    [InlineData("\"odata.metadata\":\"http://github.com/ICMEC/ProjectVic/DataModels/1.2.xml#Media\"")]
    [InlineData("\"odata.metadata\":\"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media\"")]
    [InlineData(VicsMarker)]
    [InlineData(
        "\"@odata.context\":\"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/CUSTOM/$metadata#Media\""
    )]
    public void Media_of_each_version_are_read(string marker)
    {
        var media = $$"""
            {"MediaID":1,"MD5":"{{Md5.ToUpperInvariant()}}","SHA1":"{{Sha1}}","Category":1},
            {"MediaID":"2","MD5":null,"SHA256":"{{Sha256}}","Category":"0","IsPrecategorized":"True"},
            {"MediaID":3,"MD5":"","Category":null,"DateUpdated":"\/Date(1577836800000)\/",
             "AlternateHashes":[{"HashName":"PhotoDNA","HashValue":"AAAA"},{"HashName":"pdq","HashValue":"{{Pdq}}"}]},
            {"MediaID":4,"AlternateHashes":[null,{"HashValue":"{{Sha256}}","HashName":"SHA-256"}]}
            """;
        var rows = Read("\ufeff" + Vics(media, marker));
        Assert.Empty(rows.Rejects());
        var entries = rows.Entries();
        Assert.Equal(["1", "2", "3", "4"], entries.Select(entry => entry.Id));
        Assert.Equal(["1", "0", null, null], entries.Select(entry => entry.Category));
        Assert.Equal(Md5.ToLowerInvariant(), entries[0].Md5?.ToHex());
        Assert.Equal(Sha256, entries[1].Sha256?.ToHex());
        Assert.Equal(Pdq, entries[2].Pdq?.ToHex());
        Assert.Equal(Sha256, entries[3].Sha256?.ToHex());
    }

    [Fact]
    public void Cases_give_their_media_with_ids_that_do_not_clash()
    {
        var cases = $$"""
            {"CaseID":"{{Private}}","Media":[{"MediaID":1,"MD5":"{{Md5}}"},{"MediaID":2,"MD5":"{{Md5}}"}]},
            {"Media":null,"Other":[{"MD5":"{{Md5}}"}]},
            {"TotalMediaFiles":1,"Media":[{"MediaID":1,"SHA1":"{{Sha1}}"}]}
            """;
        var rows = Read(Vics(cases, VicsCases));
        Assert.Empty(rows.Rejects());
        Assert.Equal(["1/1", "1/2", "3/1"], rows.Entries().Select(entry => entry.Id));
    }

    [Fact]
    public void Nothing_about_persons_series_or_places_is_kept_or_told()
    {
        var media = $$"""
            {"MediaID":1,"MD5":"{{Md5}}","Category":1,"PhotoDNA":"{{new string(
                'A',
                192
            )}}","Series":"{{Private}}",
             "VictimIdentified":"{{Private}}","OffenderIdentified":"{{Private}}","Tags":"{{Private}}","Comments":"{{Private}}",
             "RelativeFilePath":"{{Private}}\\1.jpg","MimeType":"{{Private}}",
             "Exifs":[{"MD5":"{{Sha1}}","PropertyName":"{{Private}}","PropertyValue":"{{Private}}"}],
             "MediaFiles":[{"MD5":"ffff","FileName":"{{Private}}","FilePath":"{{Private}}"}],"{{Private}}":"{{Private}}"},
            {"MediaID":2,"MD5":"{{Private}}","Category":1},
            {"MediaID":3,"MD5":"{{Md5}}","Category":"{{Private}}"},
            {"MediaID":4,"MD5":["{{Private}}"]},
            {"MediaID":"\u0000{{Private}}","MD5":"{{Md5}}"},
            {"MediaID":[],"MD5":"{{Md5}}"}
            """;
        var rows = Read(Vics(media));
        Assert.Equal(
            ["2:not-hexadecimal", "3:bad-category", "4:wrong-length", "5:bad-id", "6:bad-id"],
            rows.Rejects()
        );
        Assert.Equal(Md5.ToLowerInvariant(), Assert.Single(rows.Entries()).Md5?.ToHex());
        Assert.DoesNotContain(Private, string.Concat(rows), StringComparison.Ordinal);
    }

    [Fact]
    public void Failures_of_the_file_tell_no_text_of_it()
    {
        string[] broken =
        [
            Vics($$"""{"{{Private}}":1,"{{Private}}":2}"""),
            Vics($$"""{"MD5":"{{Private}}" {{Private}} }"""),
            Vics($$"""{"MD5":{{Private}}}"""),
            Vics($$"""{"Series":"{{Private}}"""),
            Vics($"\"{Private}\""),
            Vics("{}", $"\"@odata.context\":\"{Private}\""),
            $$"""{"{{Private}}":"{{Private}}"}""",
            Vics("{}") + Private,
        ];
        foreach (var text in broken)
        {
            var failure = Assert.Throws<ListFormatException>(() => Read(text));
            Assert.DoesNotContain(Private, failure.ToString(), StringComparison.Ordinal);
            Assert.Null(failure.InnerException);
        }
    }

    [Theory]
    [InlineData("\"MD5\":\"a\",\"MD5\":\"b\"")]
    [InlineData("\"MD5\":\"a\",\"md5\":\"b\"")]
    [InlineData("\"MD5\":\"a\",\"\\u004dD5\":\"b\"")]
    [InlineData("\"Exifs\":[{\"a\":1,\"a\":2}]")]
    public void A_key_that_comes_twice_is_refused(string keys) =>
        Assert.Contains("same key twice", Failure(Vics($"{{{keys}}}")));

    [Fact]
    public void The_same_key_in_another_object_is_no_repetition() =>
        Assert.Equal(
            2,
            Read(Vics($$"""{"MD5":"{{Md5}}","E":[{"MD5":1},{"MD5":2}]},{"MD5":"{{Md5}}"}""")).Count
        );

    [Fact]
    public void Two_different_hashes_of_one_kind_are_refused()
    {
        var rows = Read(
            Vics(
                $$"""{"SHA256":"{{Sha256}}","AlternateHashes":[{"HashName":"SHA256","HashValue":"{{Pdq}}"}]},"""
                    + $$"""{"SHA256":"{{Sha256}}","AlternateHashes":[{"HashName":"SHA256","HashValue":"{{Sha256}}"}]}"""
            )
        );
        Assert.Equal(["1:conflicting-fingerprints"], rows.Rejects());
        Assert.Single(rows.Entries());
    }

    [Fact]
    public void Other_JSON_is_refused_with_what_is_expected()
    {
        Assert.Contains("VICS", Failure("{}"));
        Assert.Contains("VICS", Failure("""{"value":[]}"""));
        Assert.Contains("VICS", Failure(Vics("1")));
        Assert.Contains("VICS", Failure(Vics("1", VicsCases)));
        Assert.Contains("VICS", Failure("{" + VicsMarker + ",\"value\":3}"));
        Assert.Contains("VICS", Failure("[]", new ListReadOptions { Format = ListFormat.Vics }));
        var newer = VicsMarker.Replace("2.0", "3.0", StringComparison.Ordinal);
        Assert.Contains("1.2, 1.3 or 2.0", Failure(Vics("", newer)));
        Assert.Empty(Read(Vics("")));
        Assert.Contains("surrogate", Failure(Vics("""{"MD5":"\ud800"}""")));
        Assert.Contains("line 1", Failure(Vics("{\"MD5\":1")[..^2]));
    }

    [Fact]
    public void Depth_keys_and_values_have_limits()
    {
        // Three levels stand around the value: document, array, media.
        string Nested(int levels) => $$"""{"a":{{new string('[', levels)}}{{new string(']', levels)}}}""";
        Assert.Single(Read(Vics(Nested(29))));
        Assert.Contains("32 levels", Failure(Vics(Nested(30))));
        Assert.Contains("key has more", Failure(Vics($$"""{"{{new string('k', 300)}}":1}""")));
        var keys = string.Join(',', Enumerable.Range(0, 1025).Select(i => $"\"k{i}\":1"));
        Assert.Contains("1024 keys", Failure(Vics($"{{{keys}}}")));
        Assert.Contains("8388608 bytes", Failure(Vics($$"""{"a":"{{new string('x', 9_000_000)}}"}""")));
        var large = Read(
            Vics($$"""{"MD5":"{{Md5}}","Thumb":"{{new string('x', 3_000_000)}}"},{"MD5":"{{Md5}}"}""")
        );
        Assert.Equal(2, large.Entries().Count);
    }

    [Fact]
    public void A_list_given_in_small_pieces_reads_the_same()
    {
        var media = string.Join(',', Enumerable.Repeat($$"""{"MD5":"{{Md5}}","x\u0041":"é\n"}""", 3000));
        using var pieces = new HashLinesTests.RepeatedStream(Encoding.UTF8.GetBytes(Vics(media)), 1);
        Assert.Equal(3000, ListReader.Read(pieces, new ListReadOptions()).ToList().Entries().Count);
    }
}
