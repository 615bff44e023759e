using System.Security.Cryptography;

namespace Vigil.Server.Features.Cases.Training;

/// <summary>An account that is nobody's, written as accounts are written here.</summary>
internal static class SamplePseudonym
{
    /// <summary>Fewer random characters could be somebody's.</summary>
    private const int RandomCharacters = 10;

    /// <summary>What accounts begin with in so many cases is how they are written here, and nobody's name.</summary>
    private const int MakeAFormat = 3;
    private const string Digits = "0123456789";
    private const string Hex = "abcdef";
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    /// <summary>Of the shape of the first: letters for letters, digits for digits.</summary>
    /// <param name="real">Different accounts; none: digits.</param>
    public static string Like(IReadOnlyList<string> real)
    {
        var first = real.Count > 0 ? real[0] : "";
        var kept = real.Count < MakeAFormat ? 0 : real.Min(other => CommonLength(first, other));
        var shape = first[kept..];
        shape += new string('0', Math.Max(0, RandomCharacters - shape.Count(char.IsLetterOrDigit)));
        var letters = shape.Where(char.IsLetter).All(c => Hex.Contains(char.ToLowerInvariant(c)))
            ? Hex
            : Letters;
        return first[..kept] + string.Concat(shape.Select(c => RandomLike(c, letters)));
    }

    private static int CommonLength(string one, string other) =>
        one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();

    private static char RandomLike(char c, string letters) =>
        char.IsDigit(c) ? OneOf(Digits)
        : char.IsUpper(c) ? char.ToUpperInvariant(OneOf(letters))
        : char.IsLetter(c) ? OneOf(letters)
        : c;

    private static char OneOf(string characters) =>
        characters[RandomNumberGenerator.GetInt32(characters.Length)];
}
