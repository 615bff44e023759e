using Vigil.Media;
using Vigil.Tests.Media.Video;

namespace Vigil.Tests.Media.Metadata;

/// <summary>What a file says of itself comes out as text in groups, places by themselves.</summary>
public class MetadataReaderTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_picture_s_tags_are_told_in_groups_and_embedded_pictures_by_their_length()
    {
        await using var reader = TaggedFiles.Open();
        var read = await reader.ReadAsync(
            TaggedFiles.Jpeg(
                "-Make=Sample",
                "-Model=SampleCam 1",
                "-LensModel=SAMPLE 50mm",
                "-SerialNumber=SN-4711",
                "-OwnerName=Sam Ple",
                "-Artist=Ada Sample",
                "-Software=Vigil tests",
                "-XMP-xmp:CreatorTool=Vigil tests 2",
                "-DateTimeOriginal=2026:01:02 03:04:05",
                "-GPSLatitude=52.5",
                "-GPSLatitudeRef=N",
                "-GPSLongitude=13.4",
                "-GPSLongitudeRef=E",
                "-GPSAltitude=34",
                "-IPTC:City=Sampletown",
                "-XMP-iptcExt:LocationShownSublocation=Sample Street 1",
                "-XMP-iptcExt:DigitalSourceType=http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
                "-XMP-exif:UserComment=Steps: 20, Sampler: Euler",
                "-ImageDescription=+52.5000+013.4000/",
                "-Comment=A sample",
                "-ThumbnailImage<=thumbnail.jpg"
            )
        );

        Assert.Equal((MediaOutcome.Done, MediaFormat.Jpeg, true), (read.Outcome, read.Format, read.IsWhole));
        Assert.Equal("", read.Advice);
        Assert.Equal("SampleCam 1", read.Tag("Model").Value);
        Assert.Equal("52 deg 30' 0.00\"", read.Tag("GPSLatitude").Value);
        Assert.InRange(int.Parse(read.Tag("ThumbnailLength").Value), 100, 2000);
        foreach (
            var (group, names) in new (MetadataGroup, string[])[]
            {
                (MetadataGroup.Camera, ["Make", "Model", "LensModel"]),
                (MetadataGroup.Identifiers, ["SerialNumber", "OwnerName", "Artist"]),
                (MetadataGroup.Software, ["Software", "CreatorTool"]),
                (MetadataGroup.Times, ["DateTimeOriginal"]),
                (
                    MetadataGroup.Place,
                    [
                        "GPSLatitude",
                        "GPSLongitude",
                        "GPSAltitude",
                        "City",
                        "LocationShownSublocation",
                        "ImageDescription",
                    ]
                ),
                (MetadataGroup.Generator, ["DigitalSourceType", "UserComment"]),
                (MetadataGroup.Other, ["Comment", "ImageWidth"]),
            }
        )
        {
            Assert.All(names, name => Assert.Equal((name, group), (name, read.Tag(name).Group)));
        }
        // Neither calculated, nor of the machine that reads.
        Assert.DoesNotContain(read.Tags, tag => tag.Source is "Composite" or "System" or "ExifTool");
        Assert.DoesNotContain("SN-4711", string.Join(' ', read.Tags), StringComparison.Ordinal);
        Assert.DoesNotContain("SN-4711", read.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_generator_was_told_is_text_and_what_would_not_be_seen_is_visible()
    {
        await using var reader = TaggedFiles.Open();
        var read = await reader.ReadAsync(
            TaggedFiles.Png(
                TaggedFiles.Text("parameters", "a tree\nSteps: 20\u001b[31m"),
                TaggedFiles.Text("parameters", "a second one"),
                TaggedFiles.Text("prompt", "{\"1\": 2}"),
                TaggedFiles.Text("Title", "left\u202eright\u200b\U000E0041 </td><script>&amp;")
            )
        );

        Assert.True(read.IsWhole);
        Assert.Equal(
            ["a second one", "a tree\u240aSteps: 20\u241b[31m"],
            read.Tags.Where(tag => tag.Name == "Parameters").Select(tag => tag.Value).Order()
        );
        Assert.Equal("{\"1\": 2}", read.Tag("Prompt").Value);
        Assert.Equal(
            3,
            read.Tags.Count(tag => tag is { Group: MetadataGroup.Generator, Name: "Parameters" or "Prompt" })
        );
        Assert.Equal("left<U+202E>right<U+200B><U+E0041> </td><script>&amp;", read.Tag("Title").Value);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_video_has_metadata_too_and_what_is_neither_is_not_read()
    {
        await using var reader = TaggedFiles.Open();
        var clip = Clips.Make(
            "mp4",
            [
                .. Clips.Lavfi("testsrc2=duration=0.2:size=64x48:rate=10"),
                "-metadata",
                "location=+52.5000+013.4000/",
                "-metadata",
                "comment=A sample",
            ]
        );
        var read = await reader.ReadAsync(clip);
        Assert.Equal((MediaOutcome.Done, MediaFormat.Video), (read.Outcome, read.Format));
        Assert.Equal("A sample", read.Tag("Comment").Value);
        Assert.Contains(read.Tags, tag => tag.Group == MetadataGroup.Place);

        foreach (
            var (file, outcome) in new (byte[], MediaOutcome)[]
            {
                ([.. "#!/usr/bin/perl\nprint 1;\n"u8], MediaOutcome.NotMedia),
                // exiftool reads these; it is not asked to.
                ([.. "%PDF-1.7\n"u8], MediaOutcome.NotMedia),
                ([.. "AT&TFORM\0\0\0\0DJVU"u8], MediaOutcome.NotMedia),
                ([], MediaOutcome.Empty),
            }
        )
        {
            var refused = await reader.ReadAsync(file);
            Assert.Equal(outcome, refused.Outcome);
            Assert.NotEmpty(refused.Advice);
            Assert.Empty(refused.Tags);
        }
    }
}
