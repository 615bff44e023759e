using Vigil.Hashing;
using Vigil.Media;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>Which reading of a picture was looked up, as people say it.</summary>
internal static class PictureWords
{
    /// <summary>"without its border, mirrored"; empty for the whole as stored.</summary>
    public static string Of(FrameHash hash) =>
        string.Join(
            ", ",
            new[] { Part(hash.Part), View(hash.View), Variant(hash.Variant) }.Where(word => word.Length > 0)
        );

    private static string Part(PicturePart part) =>
        part switch
        {
            PicturePart.Whole => "",
            PicturePart.Borderless => "without its border",
            PicturePart.Innermost => "without its borders",
            >= PicturePart.Region1 and <= PicturePart.Region8 =>
                $"picture {(int)part - (int)PicturePart.Region1 + 1} within it",
            PicturePart.LeftHalf => "its left half",
            PicturePart.RightHalf => "its right half",
            PicturePart.TopHalf => "its upper half",
            PicturePart.BottomHalf => "its lower half",
            PicturePart.TopLeftQuarter => "its upper left quarter",
            PicturePart.TopRightQuarter => "its upper right quarter",
            PicturePart.BottomLeftQuarter => "its lower left quarter",
            _ => "its lower right quarter",
        };

    private static string View(PictureView view) =>
        view switch
        {
            PictureView.Stored => "",
            PictureView.Upright => "upright",
            PictureView.Flattened => "over white",
            _ => "in its colours",
        };

    private static string Variant(Dihedral variant) =>
        variant switch
        {
            Dihedral.Original => "",
            Dihedral.Rotate90 => "rotated by 90 degrees",
            Dihedral.Rotate180 => "rotated by 180 degrees",
            Dihedral.Rotate270 => "rotated by 270 degrees",
            Dihedral.FlipX or Dihedral.FlipY => "mirrored",
            _ => "mirrored and rotated",
        };
}
