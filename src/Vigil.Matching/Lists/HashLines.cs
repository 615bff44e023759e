using Vigil.Hashing;

namespace Vigil.Matching.Lists;

/// <summary>
/// One hash per line, and the file of python-threatexchange's local_file exchange: "signal_type hash".
/// </summary>
internal static class HashLines
{
    private static readonly char[] Gaps = [' ', '\t'];

    public static IEnumerable<ListRow> Read(Stream source, SixtyFourDigits sixtyFour, bool withTypes)
    {
        var lines = new ByteLines(source);
        var draft = new EntryDraft();
        while (lines.Read())
        {
            var text = lines.Text;
            if (text.Length == 0 && !lines.IsTooLong)
            {
                continue;
            }
            draft.Clear();
            if (lines.IsTooLong)
            {
                draft.Refuse(RejectCodes.LineTooLong, $"A line has at most {ListLimits.MaxLineBytes} bytes.");
            }
            else
            {
                AddLine(draft, text, sixtyFour, withTypes);
            }
            foreach (var row in draft.Finish(lines.Number))
            {
                yield return row;
            }
        }
    }

    private static void AddLine(EntryDraft draft, string text, SixtyFourDigits sixtyFour, bool withTypes)
    {
        var gap = text.IndexOfAny(Gaps);
        if (gap < 0)
        {
            AddByLength(draft, text, sixtyFour);
            return;
        }
        if (!withTypes)
        {
            draft.Refuse(
                RejectCodes.UnexpectedText,
                "One hash per line and nothing after it but a # comment. For \"type hash\" lines "
                    + "choose the tx format."
            );
            return;
        }
        var hash = text.AsSpan(gap).Trim();
        switch (text[..gap])
        {
            case "pdq":
                draft.AddPdq(hash);
                break;
            case "video_md5":
                draft.Add(DigestAlgorithm.Md5, hash);
                break;
            default:
                draft.Refuse(RejectCodes.UnknownSignalType, "Signal types that are read: pdq, video_md5.");
                break;
        }
    }

    private static void AddByLength(EntryDraft draft, string hex, SixtyFourDigits sixtyFour)
    {
        switch (hex.Length)
        {
            case 32:
                draft.Add(DigestAlgorithm.Md5, hex);
                break;
            case 40:
                draft.Add(DigestAlgorithm.Sha1, hex);
                break;
            case 64 when sixtyFour == SixtyFourDigits.Sha256:
                draft.Add(DigestAlgorithm.Sha256, hex);
                break;
            case 64:
                draft.AddPdq(hex);
                break;
            default:
                draft.Refuse(
                    RejectCodes.WrongLength,
                    "A hash has 32 (MD5), 40 (SHA-1) or 64 (SHA-256, PDQ) hexadecimal digits, "
                        + $"not {hex.Length}."
                );
                break;
        }
    }
}
