using System.Text;
using Vigil.Media;
using Vigil.Media.Metadata;

namespace Vigil.Tests.Media.Metadata;

/// <summary>What comes out of the sandbox is believed as little as the file.</summary>
public class MetadataAnswerTests
{
    private static FileMetadata? Read(string json, MetadataLimits? limits = null) =>
        MetadataAnswer.Read(Encoding.UTF8.GetBytes(json), limits ?? new MetadataLimits());

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[{},{}]")]
    [InlineData("""[{"a":"\ud800"}]""")]
    [InlineData("""[{"a":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}]""")]
    [InlineData("""[{"a":1}] and more""")]
    [InlineData("perl: something happened")]
    public void What_exiftool_never_writes_is_no_answer(string json) => Assert.Null(Read(json));

    [Fact]
    public void Values_of_every_kind_become_text_and_bytes_that_are_none_cost_nothing_else()
    {
        var read = Read(
            """[{"SourceFile":"x","A:B::C":"text","A:B:Copy1:C":1.50,"A:B::D":["a",["b",true]],"A:B::E":{"F":"g"},"odd":"h"}]"""
        )!;
        Assert.Equal(
            [("C", "text"), ("C", "1.50"), ("D", "a; b; true"), ("E", "F g"), ("odd", "h")],
            read.Tags.Select(tag => (tag.Name, tag.Value))
        );
        Assert.True(read.IsWhole);
        var binary = Read("""[{"A:B::C":"(Binary data 552 bytes, use -b option to extract)"}]""")!;
        Assert.Equal("(Binary data 552 bytes)", binary.Tags[0].Value);
        byte[] bytes = [.. "[{\"A:B::C\":\""u8, 0xff, 0xc3, .. "\"}]"u8];
        Assert.Equal("\ufffd\ufffd", MetadataAnswer.Read(bytes, new MetadataLimits())!.Tags[0].Value);
    }

    [Fact]
    public void What_exiftool_says_of_the_file_is_told_apart_from_what_the_file_says()
    {
        var damaged = Read("""[{"ExifTool:ExifTool::Warning":"Truncated","IFD0:Camera::Make":"x"}]""")!;
        Assert.Equal((MediaOutcome.Done, true, 1), (damaged.Outcome, damaged.IsDamaged, damaged.Tags.Count));
        Assert.True(
            Read("""[{"ExifTool:ExifTool::Warning":"[minor] Odd","IFD0:Camera::Make":"x"}]""")!.IsWhole
        );
        var refused = Read("""[{"ExifTool:ExifTool::Error":"Unknown","File:Other::FileType":"x"}]""")!;
        Assert.Equal(MediaOutcome.Damaged, refused.Outcome);
    }

    [Fact]
    public void A_list_is_cut_where_a_text_is_and_says_so()
    {
        var list = string.Join(',', Enumerable.Repeat("\"abcdefgh\"", 1000));
        var tag = Assert.Single(
            Read($$"""[{"A:B::C":[{{list}}]}]""", new MetadataLimits { MaxValueCharacters = 100 })!.Tags
        );
        Assert.Equal((100, true), (tag.Value.Length, tag.IsCut));
    }

    [Theory]
    // Family 1, family 2, name, value.
    [InlineData("GPS", "Location", "GPSVersionID", "2.3.0.0", MetadataGroup.Place)]
    [InlineData("XMP-x", "Other", "HomeAddress", "x", MetadataGroup.Place)]
    [InlineData("XMP-x", "Unknown", "Mylatitude", "x", MetadataGroup.Place)]
    [InlineData("Keys", "Other", "Note", "+52.5200+013.4050+034.000/", MetadataGroup.Place)]
    [InlineData("Apple", "Image", "RunTimeVelocity", "1", MetadataGroup.Other)]
    [InlineData("IFD0", "Camera", "Model", "+1", MetadataGroup.Camera)]
    [InlineData("JUMBF", "Other", "JUMDLabel", "c2pa", MetadataGroup.Generator)]
    [InlineData("PNG", "Image", "Workflow", "{}", MetadataGroup.Generator)]
    [InlineData("PNG", "Other", "Comment", "a tree, Steps: 20, Sampler: Euler", MetadataGroup.Generator)]
    [InlineData("XMP-xmpMM", "Other", "DocumentID", "x", MetadataGroup.Identifiers)]
    [InlineData("XMP-dc", "Author", "Creator", "x", MetadataGroup.Identifiers)]
    [InlineData("IFD0", "Time", "ModifyDate", "x", MetadataGroup.Times)]
    [InlineData("Track1", "Video", "CompressorName", "x", MetadataGroup.Software)]
    [InlineData("File", "Image", "ImageWidth", "64", MetadataGroup.Other)]
    public void A_tag_s_group_follows_from_what_exiftool_says_and_from_its_name(
        string source,
        string about,
        string name,
        string value,
        MetadataGroup group
    ) => Assert.Equal(group, TagGroups.Of(source, about, name, value));
}
