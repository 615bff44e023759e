using System.Buffers.Binary;

namespace Vigil.Tests.Media.Decoding;

/// <summary>The other readings of a picture: upright, over white, by its colour profile.</summary>
public sealed class ViewTests : IDisposable
{
    private readonly Folder folder = new();

    // A picture of 3 x 2 with the values 1 to 6, and what a viewer shows for each orientation (EXIF 2.32,
    // 4.6.4 A).
    [Theory]
    [InlineData(2, 3, new byte[] { 3, 2, 1, 6, 5, 4 })]
    [InlineData(3, 3, new byte[] { 6, 5, 4, 3, 2, 1 })]
    [InlineData(4, 3, new byte[] { 4, 5, 6, 1, 2, 3 })]
    [InlineData(5, 2, new byte[] { 1, 4, 2, 5, 3, 6 })]
    [InlineData(6, 2, new byte[] { 4, 1, 5, 2, 6, 3 })]
    [InlineData(7, 2, new byte[] { 6, 3, 5, 2, 4, 1 })]
    [InlineData(8, 2, new byte[] { 3, 6, 2, 5, 1, 4 })]
    public void A_turned_picture_is_also_given_upright(int orientation, int width, byte[] expected)
    {
        byte[] stored = [1, 2, 3, 4, 5, 6];
        var tag = new TiffWriter.Tag(274, 3, orientation);
        var tiff = TiffWriter.Write(3, 2, 8, TiffWriter.BlackIsZero, 1, stored, extra: tag);
        var png = PngWriter.Write(3, 2, 8, PngWriter.Grey, stored, ("eXIf", Exif(orientation)));

        foreach (var path in new[] { folder.Write("turned.tif", tiff), folder.Write("turned.png", png) })
        {
            var file = Probe.One(path);

            Assert.Equal(2, file.Pictures.Count);
            Assert.Equal((3, 2, Sha256(stored)), Shape(file.Stored));
            Assert.Equal((width, 6 / width, Sha256(expected)), Shape(file.View("Upright")!));
        }
    }

    [Fact]
    public void A_photo_held_sideways_matches_the_upright_one_by_its_upright_view()
    {
        var upright = Photo("upright.jpg");
        Tool.Vips("rot", folder["photo.png"], folder["sideways.png"], "d270");
        Tool.Vips("copy", folder["sideways.png"], folder["plain.jpg"] + "[Q=95]");
        var jpeg = File.ReadAllBytes(folder["plain.jpg"]);
        byte[] payload = [.. "Exif\0\0"u8, .. Exif(6)];
        byte[] turned = [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(payload.Length + 2), .. payload, .. jpeg[2..]];

        var file = Probe.One(folder.Write("turned.jpg", turned));

        Assert.Equal(["Stored", "Upright"], file.Pictures.Select(picture => picture.View));
        Assert.True(file.Stored.BitsFrom(upright) > 50);
        Assert.InRange(file.View("Upright")!.BitsFrom(upright), 0, 10);
        Assert.Equal((424, 640), (file.Width, file.Height));
    }

    [Theory]
    [InlineData("no orientation", new byte[0])]
    [InlineData("directory outside", new byte[] { 73, 73, 42, 0, 255, 255, 255, 255 })]
    [InlineData(
        "value 9",
        new byte[] { 73, 73, 42, 0, 8, 0, 0, 0, 1, 0, 18, 1, 3, 0, 1, 0, 0, 0, 9, 0, 0, 0 }
    )]
    [InlineData(
        "two values",
        new byte[] { 73, 73, 42, 0, 8, 0, 0, 0, 1, 0, 18, 1, 3, 0, 2, 0, 0, 0, 6, 0, 6, 0 }
    )]
    [InlineData("entry cut", new byte[] { 73, 73, 42, 0, 8, 0, 0, 0, 1, 0, 18, 1, 3, 0, 1, 0 })]
    public void An_exif_block_that_makes_no_sense_turns_nothing(string why, byte[] exif) =>
        Assert.Equal((why, 1), (why, Vigil.Media.Decoding.ExifOrientation.Read(exif)));

    [Fact]
    public void A_transparent_picture_is_also_given_over_white()
    {
        byte[] pixels = [10, 20, 30, 255, 100, 100, 100, 0, 40, 60, 80, 128];
        var file = Probe.One(folder.Write("a.png", PngWriter.Write(3, 1, 8, PngWriter.Rgba, pixels)));

        Assert.Equal(Sha256(10, 20, 30, 100, 100, 100, 40, 60, 80), file.Stored.Sha256);
        Assert.Equal(Sha256(10, 20, 30, 255, 255, 255, 147, 157, 167), file.View("Flattened")!.Sha256);
    }

    [Fact]
    public void An_opaque_alpha_channel_and_an_srgb_profile_make_no_second_view()
    {
        byte[] pixels = [10, 20, 30, 255, 100, 100, 100, 255];
        folder.Write("photo.ppm", new SamplePicture().Ppm());
        Tool.Vips("icc_transform", folder["photo.ppm"], folder["s.png"], "srgb", "--input-profile", "srgb");
        Tool.Vips("icc_transform", folder["photo.ppm"], folder["p3.png"], "p3", "--input-profile", "srgb");

        var opaque = Probe.One(folder.Write("a.png", PngWriter.Write(2, 1, 8, PngWriter.Rgba, pixels)));
        var srgb = Probe.One(folder["s.png"]);
        var p3 = Probe.One(folder["p3.png"]);

        Assert.Single(opaque.Pictures);
        Assert.Single(srgb.Pictures);
        Assert.Equal(["Stored", "ColourManaged"], p3.Pictures.Select(picture => picture.View));
        Assert.InRange(p3.View("ColourManaged")!.BitsFrom(srgb.Stored), 0, 4);
    }

    [Theory]
    [InlineData(200, false)]
    [InlineData(6000, true)]
    public void A_profile_that_moves_colours_by_rounding_alone_makes_no_second_view(int change, bool makes)
    {
        folder.Write("photo.ppm", new SamplePicture().Ppm());
        Tool.Vips("icc_transform", folder["photo.ppm"], folder["s.tif"], "srgb", "--input-profile", "srgb");
        var tiff = File.ReadAllBytes(folder["s.tif"]);
        // ICC.1:2022: 'acsp' at 36 of the profile, the tags' table at 128, an XYZ tag's X after 8 bytes of
        // it.
        var profile = tiff.AsSpan(tiff.AsSpan().IndexOf("acsp"u8) - 36);
        var entry = profile[128..].IndexOf("rXYZ"u8) + 128;
        var red = profile[(BinaryPrimitives.ReadInt32BigEndian(profile[(entry + 4)..]) + 8)..];
        BinaryPrimitives.WriteInt32BigEndian(red, BinaryPrimitives.ReadInt32BigEndian(red) + change);

        var views = Probe.One(folder.Write("moved.tif", tiff)).Pictures.Select(picture => picture.View);

        Assert.Equal(makes ? ["Stored", "ColourManaged"] : ["Stored"], views);
    }

    public void Dispose() => folder.Dispose();

    private ProbedPicture Photo(string name)
    {
        var picture = new SamplePicture();
        folder.Write(
            "photo.png",
            PngWriter.Write(picture.Width, picture.Height, 8, PngWriter.Rgb, picture.Rgb)
        );
        Tool.Vips("copy", folder["photo.png"], folder[name] + "[Q=95]");
        return Probe.One(folder[name]).Stored;
    }

    internal static byte[] Exif(int orientation) =>
        [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

    private static (int Width, int Height, string Sha256) Shape(ProbedPicture picture) =>
        (picture.Width, picture.Height, picture.Sha256);

    private static string Sha256(params byte[] bytes) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
}
