using System.Text;

namespace Vigil.Cli.Output;

/// <summary>Text that was broken into lines for the source code, broken anew for the reader's terminal.</summary>
internal static class Paragraphs
{
    /// <summary>Wider lines are hard to follow, however wide the terminal is.</summary>
    private const int Widest = 110;

    /// <summary>
    /// Lines that follow each other are one paragraph; indented ones, such as examples, stay as they are.
    /// </summary>
    public static string Fill(string text, int width)
    {
        var filled = new StringBuilder();
        var column = 0;
        foreach (var line in text.Split('\n'))
        {
            if (line.Length == 0 || line[0] == ' ')
            {
                filled.Append(column > 0 ? "\n" : "").Append(line).Append('\n');
                column = 0;
                continue;
            }
            foreach (var word in line.Split(' '))
            {
                var fits = column + 1 + word.Length <= Math.Min(width, Widest);
                filled
                    .Append(
                        column == 0 ? ""
                        : fits ? " "
                        : "\n"
                    )
                    .Append(word);
                column = word.Length + (column > 0 && fits ? column + 1 : 0);
            }
        }
        return filled.ToString().TrimEnd('\n');
    }
}
